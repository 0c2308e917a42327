import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it } from "vitest"
import { Cluster } from "../sim/index.ts"

const pages = [
  "README.md",
  "docs/architecture.md",
  "docs/testing.md",
  "docs/performance.md",
  "docs/planning.md",
  "docs/compatibility.md",
  "docs/dependencies.md",
  "docs/networking.md",
  "docs/raft.md",
  "docs/reliability.md",
  "docs/terminal.md",
  "docs/wire.md",
]

describe("the documentation", () => {
  it("names only files that there are", () => {
    for (const page of pages) {
      const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? "")
      for (const link of links) expect(existsSync(join(dirname(page), link)), `${page} links to ${link}`).toBe(true)
    }
  })

  it("has a line for every dependency, and no line for what is not one", () => {
    const manifest: Record<"dependencies" | "optionalDependencies" | "devDependencies", object> = JSON.parse(
      readFileSync("package.json", "utf8"),
    )
    const rows = [...readFileSync("docs/dependencies.md", "utf8").matchAll(/^\| ([^|]+) \|/gm)]
    const named = rows.flatMap((row) => (row[1] ?? "").split(",").map((name) => name.trim()))
    const { dependencies, optionalDependencies, devDependencies } = manifest
    const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })
    expect(named.filter((name) => name !== "package" && !name.startsWith("---")).sort()).toEqual(declared.sort())
  })
})

// What follows the heading of docs/testing.md, run as it stands there; its `it` is this file's.
const example = /```ts\n([\s\S]*?)```/.exec(readFileSync("docs/testing.md", "utf8"))?.[1] ?? ""
const body = example.replace(/^import .*$/gm, "")
describe("the example in docs/testing.md", () => {
  new Function("Cluster", "expect", "it", body)(Cluster, expect, it)
})
