import { readFileSync } from "node:fs"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { ignoredText, loadProject, stackOf } from "../../compose/index.ts"
import { supportMarkdown, supportTable } from "../../compose/support.ts"
import { complaint, load, web } from "./helper.ts"

describe("the table of keys", () => {
  it("in docs/compose.md is the one that the schemas make (npm run build && node tools/compose-table.mjs)", () => {
    const text = readFileSync(new URL("../../docs/compose.md", import.meta.url), "utf8")
    expect(text.split(/<!-- table(?: ends)? -->\n/)[1]).toBe(supportMarkdown())
  })

  const keysOfServices = supportTable().filter(({ key }) => /^services\.\*\.[a-z_]+$/.test(key))
  const name = (key: string): string => key.slice("services.*.".length)

  it.each(keysOfServices.filter(({ stack }) => stack.startsWith("refused")).map(({ key }) => name(key)))(
    "tells the truth of %s: docker stack refuses it",
    (key) => {
      expect(complaint(web(`${key}: {}`))).toMatch(/is not allowed|forbidden/)
    },
  )

  it.each(keysOfServices.filter(({ stack }) => stack.includes("said so")).map(({ key }) => name(key)))(
    "tells the truth of %s: docker stack says that it ignores it",
    (key) => {
      const values: Readonly<Record<string, string>> = { build: ".", privileged: "true", shm_size: "64m" }
      const list = /devices|links|security_opt|expose/.test(key)
      expect(ignoredText(load(web(`${key}: ${values[key] ?? (list ? "['a:b']" : "x")}`)).ignored)).toContain(key)
    },
  )

  const tryProject = (line: string) =>
    loadProject({
      files: [{ path: "c.yaml", text: `services:\n  web:\n    image: x\n    ${line}\n` }],
      paths: ["/w/c.yaml"],
      directory: "/w",
      env: {},
      readFile: () => Result.fail("no"),
      profiles: [],
    })

  it.each([
    "gpus: all",
    "pull_policy: always",
    "cpu_shares: 5",
    "tmpfs: /x",
    "ports: [{target: 80, host_ip: 127.0.0.1}]",
    "deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}",
  ])("tells the truth of the Compose Specification's %s: a stack says that it ignores it", (line) => {
    const loaded = Result.getOrThrow(tryProject(line))
    const key = /host_ip|devices/.exec(line)?.[0] ?? line.split(":")[0] ?? ""
    expect(ignoredText(stackOf(loaded).ignored)).toContain(key)
  })
})
