// Makes code of the schemas of compose files, so that a command need not load a compiler to check one. Runs after the build, on dist/.
import { mkdirSync, writeFileSync } from "node:fs"
import { Ajv } from "ajv"
import standalone from "ajv/dist/standalone/index.js"

const folder = new URL("../dist/compose/schema/", import.meta.url)
const { ajvOptions, compiledName, formats, ownKeywords, schemaOf } = await import(new URL("validators.js", folder))

mkdirSync(new URL("compiled/", folder), { recursive: true })
for (const format of formats) {
  const ajv = new Ajv({ ...ajvOptions, code: { source: true } })
  ajv.removeKeyword("uniqueItems")
  for (const keyword of ownKeywords) ajv.addKeyword(keyword)
  writeFileSync(new URL(compiledName(format), folder), standalone.default(ajv, ajv.compile(schemaOf(format))))
}
