import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { commands, optionNames } from "../../../raft/testing/index.ts"

const folder = fileURLToPath(new URL(".", import.meta.url))
const page = readFileSync(new URL("../../../docs/raft.md", import.meta.url), "utf8")

describe("docs/raft.md", () => {
  it("lists every conversation by its first line, and no other", () => {
    const listed = [...page.matchAll(/^\| \[([a-z0-9-]+)\]\(\.\.\/test\/raft\/golden\/\1\.txt\) \| (.*) \|$/gm)]
    const written = listed.map(([, name, title]) => `${name}: ${title}`).sort()
    const files = readdirSync(folder).filter((name) => name.endsWith(".txt"))
    const titles = files.map((name) => {
      const [first = ""] = readFileSync(`${folder}${name}`, "utf8").split("\n")
      return `${name.slice(0, -".txt".length)}: ${first.slice("# ".length)}`
    })
    expect(written).toEqual(titles.sort())
    expect(page).toContain(`has ${files.length} such conversations`)
  })

  it("explains every command and names every setting", () => {
    for (const [name, { usage, summary }] of commands) {
      const written = `${name} ${usage}`.trim().replaceAll("|", "\\|")
      expect(page).toContain(`| \`${written}\` | ${summary} |`)
    }
    expect(page).toContain(`Settings: ${optionNames.join(", ")}.`)
  })
})
