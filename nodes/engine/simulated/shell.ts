import type { Millis } from "../../../core/instant.ts"
import { splitScript } from "./script.ts"
import { bare, type Surroundings } from "./surroundings.ts"
import { runTool } from "./tools.ts"

/** Something that a program writes. Bytes as latin1. */
export interface Print {
  /** From its start. */
  readonly after_ms: Millis
  readonly stream: "stdout" | "stderr"
  readonly data: string
}

/** What a command of a container will do, as far as it can be told from its words. */
export interface Program {
  /** Undefined: it runs until it is stopped. */
  readonly ends?: { readonly after_ms: Millis; readonly exitCode: number }
  /** What the kernel does to the first process of a container: a signal it has no handler for is ignored. */
  readonly ignoresTerm: boolean
  /** Why it cannot be started at all, in the runtime's words. */
  readonly startError?: string
  /** What it writes, in order. */
  readonly prints?: ReadonlyArray<Print>
  /** What it writes over and over, once `prints` is written; times are from the beginning of each round. */
  readonly cycle?: { readonly from_ms: Millis; readonly every_ms: Millis; readonly prints: ReadonlyArray<Print> }
}

const forever = (ignoresTerm: boolean): Program => ({ ignoresTerm })
const ending = (after_ms: Millis, exitCode: number): Program => ({ ends: { after_ms, exitCode }, ignoresTerm: true })

const units: ReadonlyMap<string, number> = new Map([
  ["", 1_000],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
])

/** Milliseconds of what `sleep` takes: "10", "0.5", "1m", "infinity". Undefined for ever. */
function sleepTime(words: ReadonlyArray<string>): Millis | undefined | "invalid" {
  let total = 0
  for (const word of words) {
    if (word === "infinity" || word === "inf") return undefined
    const match = /^(\d*\.?\d+)([smhd]?)$/.exec(word)
    if (match === null) return "invalid"
    total += Number(match[1]) * (units.get(match[2] ?? "") ?? 0)
  }
  return words.length === 0 ? "invalid" : Math.round(total)
}

const shells: ReadonlySet<string> = new Set(["sh", "bash", "ash", "dash"])

/** Commands that end at once and well. */
const quick: ReadonlySet<string> = new Set(
  "true : echo printf cd export unset set umask mkdir touch cp mv rm ln chmod chown ls date hostname env printenv id uname whoami cat test [ wget curl nslookup ping trap".split(
    " ",
  ),
)

/** Commands that run on without a handler for SIGTERM. */
const deaf: ReadonlySet<string> = new Set(["tail", "top", "watch", "yes"])

export interface Habits {
  /** What a command that nobody knows does: a server runs on, a probe succeeds. */
  readonly unknown: "runs" | "succeeds"
  readonly around?: Surroundings
}

/** What the words of a command line do. */
export function programOf(argv: ReadonlyArray<string>, habits: Habits): Program {
  const [path = "", ...args] = argv
  const startError = cannotStart(path)
  if (startError !== undefined) return { ...forever(true), startError }
  const name = path.slice(path.lastIndexOf("/") + 1)
  if (shells.has(name)) return shell(args, habits)
  if (habits.unknown === "runs" && deaf.has(name) && args.length > 0) return forever(true)
  if (habits.unknown === "runs" && name === "ping" && !args.includes("-c")) return forever(true)
  return command(name, args, habits)
}

/** Without a terminal on its input a shell ends at once; with -c it does what it is told. */
function shell(args: ReadonlyArray<string>, habits: Habits): Program {
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg))
  const script = at < 0 ? undefined : args[at + 1]
  if (script === undefined) return args.length > 0 && !args[0]?.startsWith("-") ? forever(false) : ending(0, 0)
  return runScript(script, habits)
}

/** A loop without an end, and what is done in it. What its condition says is not looked at. */
const endless = /^([\s\S]*?)\bwhile\s+(?:true|:|sleep\s+[\d.]+[smhd]?)\s*[;\n]\s*do\b([\s\S]*)\bdone\b/

/** Shorter rounds than this would be a busy loop: it writes nothing that one could read. */
const round_ms_min = 10

function runScript(script: string, habits: Habits): Program {
  if (/\b(while|until|for)\b/.test(script)) return runLoop(script, habits)
  const around = habits.around ?? bare
  const env = new Map(around.env)
  const prints: Array<Print> = []
  let elapsed = 0
  let exitCode = 0
  const ended = (code: number): Program => ({ ...ending(elapsed, code), prints })
  for (const { operator, words, to } of splitScript(script, env)) {
    if (operator === "&&" && exitCode !== 0) continue
    if (operator === "||" && exitCode === 0) continue
    const [name = "", ...args] = words[0] === "exec" ? words.slice(1) : words
    if (name === "exit") return ended(args[0] === undefined ? exitCode : Number(args[0]) & 255)
    if (name === "kill" && args.includes("$$")) return ended(args.includes("-9") ? 137 : 143)
    const program = programOf([name, ...args], habits)
    const { ends, startError, ignoresTerm } = program
    for (const print of program.prints ?? []) {
      if (to === "elsewhere" && print.stream === "stdout") continue
      prints.push({ ...print, after_ms: elapsed + print.after_ms, ...(to === "stderr" && { stream: to }) })
    }
    if (startError !== undefined) exitCode = 127
    else if (ends === undefined) return { ...forever(ignoresTerm || words[0] !== "exec"), prints }
    else {
      elapsed += ends.after_ms
      exitCode = ends.exitCode
    }
  }
  return ended(exitCode)
}

function runLoop(script: string, habits: Habits): Program {
  const program = forever(!/\btrap\b.*\b(SIG)?TERM\b/.test(script))
  const [, before = "", body = ""] = endless.exec(script) ?? []
  const waits = /\bwhile\s+(sleep\s+\S+?)\s*[;\n]/.exec(script)?.[1] ?? ""
  const first = runScript(before, habits)
  const round = /\b(while|until|for|break|exit)\b/.test(body) ? undefined : runScript(`${waits}\n${body}`, habits)
  const every_ms = round?.ends?.after_ms ?? 0
  if (!round?.prints?.length || first.ends === undefined || every_ms < round_ms_min) return program
  const cycle = { from_ms: first.ends.after_ms, every_ms, prints: round.prints }
  return { ...program, prints: first.prints ?? [], cycle }
}

function command(name: string, args: ReadonlyArray<string>, habits: Habits): Program {
  const said = runTool(name, args, habits.around ?? bare)
  if (said !== undefined) {
    const streams = ["stdout", "stderr"] as const
    const prints = streams.flatMap((stream) => (said[stream] ? [{ after_ms: 0, stream, data: said[stream] }] : []))
    return { ...ending(0, said.exitCode), ...(prints.length > 0 && { prints }) }
  }
  switch (name) {
    case "sleep": {
      const time = sleepTime(args)
      if (time === undefined) return forever(true)
      return time === "invalid" ? ending(0, 1) : ending(time, 0)
    }
    case "false":
      return ending(0, 1)
    case "exit":
      return ending(0, Number(args[0] ?? 0) & 255)
    default:
      return quick.has(name) || habits.unknown === "succeeds" ? ending(0, 0) : forever(false)
  }
}

/** A path or name made to be missing: under /no, or with a name that begins with "nosuch". */
function cannotStart(path: string): string | undefined {
  const failed =
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process"
  if (path.startsWith("/no/")) return `${failed}: exec: "${path}": stat ${path}: no such file or directory: unknown`
  if (path.startsWith("nosuch")) return `${failed}: exec: "${path}": executable file not found in $PATH: unknown`
  return undefined
}
