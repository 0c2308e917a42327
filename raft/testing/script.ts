/** One command of a script, and where it stands. */
export interface CommandLine {
  readonly words: ReadonlyArray<string>
  /** Counted from 1. */
  readonly line: number
}

/** Commands, and what they are expected to bring about. */
export interface Block {
  /** As written: the commands, and the comments and empty lines before and among them. */
  readonly source: ReadonlyArray<string>
  readonly commands: ReadonlyArray<CommandLine>
  /** The transcript's lines. Undefined: the script does not say yet. */
  readonly expected: ReadonlyArray<string> | undefined
  /** Where the transcript begins, or would. */
  readonly expectedLine: number
}

/**
 * A conversation between members: blocks of commands, each block followed by `----` and the transcript that is expected of it, up to an empty
 * line. Lines that begin with `#` outside of transcripts are comments.
 */
export interface Script {
  /** Only for messages. */
  readonly file: string
  readonly blocks: ReadonlyArray<Block>
  /** What follows the last block. */
  readonly rest: ReadonlyArray<string>
}

/** What is wrong with a script, and where. */
export interface ScriptError {
  readonly file: string
  readonly line: number
  readonly message: string
}

export const showError = ({ file, line, message }: ScriptError): string => `${file}:${line}: ${message}`

export type Parsed =
  | { readonly ok: true; readonly script: Script }
  | { readonly ok: false; readonly error: ScriptError }

const divider = "----"

export function parseScript(file: string, text: string): Parsed {
  const lines = text.replace(/\n$/, "").split(/\r?\n/)
  const blocks: Block[] = []
  let source: string[] = []
  let commands: CommandLine[] = []
  let at = 0
  const end = (expected: ReadonlyArray<string> | undefined, expectedLine: number) => {
    blocks.push({ source, commands, expected, expectedLine })
    source = []
    commands = []
  }
  for (; at < lines.length; at++) {
    const raw = lines[at] ?? ""
    const line = raw.trim()
    if (line === divider) {
      if (commands.length === 0)
        return { ok: false, error: { file, line: at + 1, message: `there is no command before ${divider}` } }
      const from = at + 1
      while (at + 1 < lines.length && lines[at + 1]?.trim() !== "") at++
      end(lines.slice(from, at + 1), from + 1)
    } else if (line === "" && commands.length > 0) {
      end(undefined, at + 1)
      source.push(raw)
    } else {
      source.push(raw)
      if (line !== "" && !line.startsWith("#")) commands.push({ words: line.split(/\s+/), line: at + 1 })
    }
  }
  if (commands.length > 0) end(undefined, at + 1)
  return { ok: true, script: { file, blocks, rest: source } }
}

/** The script with these transcripts, one for each block, instead of those that it expects. */
export function writeScript(script: Script, transcripts: ReadonlyArray<ReadonlyArray<string>>): string {
  const lines: string[] = []
  for (const [i, { source }] of script.blocks.entries()) {
    if (i > 0 && source[0]?.trim() !== "") lines.push("")
    lines.push(...source, divider, ...(transcripts[i] ?? []))
  }
  return `${[...lines, ...script.rest].join("\n").trimEnd()}\n`
}

/** A line of a transcript that is not as expected. Undefined: there is none on that side. */
export interface Difference {
  readonly line: number
  readonly expected: string | undefined
  readonly actual: string | undefined
}

/** The first line of each block's transcript that differs. */
export function differences(
  script: Script,
  transcripts: ReadonlyArray<ReadonlyArray<string>>,
): ReadonlyArray<Difference> {
  const found: Difference[] = []
  for (const [i, { expected = [], expectedLine }] of script.blocks.entries()) {
    const actual = transcripts[i] ?? []
    const longest = Math.max(expected.length, actual.length)
    for (let n = 0; n < longest; n++) {
      if (expected[n] === actual[n]) continue
      found.push({ line: expectedLine + n, expected: expected[n], actual: actual[n] })
      break
    }
  }
  return found
}
