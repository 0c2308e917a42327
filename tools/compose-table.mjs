// Writes the table of keys into docs/compose.md, between its two marks. Runs on the built product: npm run build && node tools/compose-table.mjs
import { readFileSync, writeFileSync } from "node:fs"

const { supportMarkdown } = await import(new URL("../dist/compose/support.js", import.meta.url))
const file = new URL("../docs/compose.md", import.meta.url)
const [before, , after] = readFileSync(file, "utf8").split(/<!-- table(?: ends)? -->\n/)
writeFileSync(file, `${before}<!-- table -->\n${supportMarkdown()}<!-- table ends -->\n${after}`)
