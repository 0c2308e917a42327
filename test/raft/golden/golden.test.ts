import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { parseScript, playScript, type Script, showError, writeScript } from "../../../raft/testing/index.ts"

const folder = fileURLToPath(new URL(".", import.meta.url))
const rewrites = process.env.DRYDOCK_GOLDEN === "rewrite"
const files = readdirSync(folder).filter((name) => name.endsWith(".txt"))

function load(file: string): { readonly text: string; readonly script: Script } {
  const text = readFileSync(`${folder}${file}`, "utf8")
  const parsed = parseScript(file, text)
  if (!parsed.ok) throw new Error(showError(parsed.error))
  return { text, script: parsed.script }
}

function play(script: Script): string {
  const played = playScript(script)
  if (!played.ok) throw new Error(showError(played.error))
  return writeScript(script, played.transcripts)
}

describe("conversations between members", () => {
  it.each(files)("%s goes as written, twice", (file) => {
    const { text, script } = load(file)
    const first = play(script)
    if (rewrites) writeFileSync(`${folder}${file}`, first)
    else expect(first).toBe(text)
    expect(play(script)).toBe(first)
  })

  it.each(files)("%s begins with what it teaches", (file) => {
    const { text } = load(file)
    expect(text).toMatch(/^# \S.{9,}\n/)
  })
})
