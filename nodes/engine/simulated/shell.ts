import type { Millis } from "../../../core/instant.ts"

/** What a command of a container will do, as far as it can be told from its words. */
export interface Program {
  /** Undefined: it runs until it is stopped. */
  readonly ends?: { readonly after_ms: Millis; readonly exitCode: number }
  /** What the kernel does to the first process of a container: a signal it has no handler for is ignored. */
  readonly ignoresTerm: boolean
  /** Why it cannot be started at all, in the runtime's words. */
  readonly startError?: string
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

function runScript(script: string, habits: Habits): Program {
  if (/\b(while|until|for)\b/.test(script)) return forever(!/\btrap\b.*\b(SIG)?TERM\b/.test(script))
  let elapsed = 0
  let exitCode = 0
  for (const { operator, words } of splitScript(script)) {
    if (operator === "&&" && exitCode !== 0) continue
    if (operator === "||" && exitCode === 0) continue
    const [name = "", ...args] = words[0] === "exec" ? words.slice(1) : words
    if (name === "exit") return ending(elapsed, args[0] === undefined ? exitCode : Number(args[0]) & 255)
    if (name === "kill" && args.includes("$$")) return ending(elapsed, args.includes("-9") ? 137 : 143)
    const { ends, startError, ignoresTerm } = programOf([name, ...args], habits)
    if (startError !== undefined) exitCode = 127
    else if (ends === undefined) return forever(ignoresTerm || words[0] !== "exec")
    else {
      elapsed += ends.after_ms
      exitCode = ends.exitCode
    }
  }
  return ending(elapsed, exitCode)
}

interface ScriptStep {
  readonly operator: string
  readonly words: ReadonlyArray<string>
}

/** The commands of a script with what stands before each: ";", "&&", "||" or "|". Quotes hide operators. */
function splitScript(script: string): ReadonlyArray<ScriptStep> {
  const steps: Array<ScriptStep> = []
  let operator = ";"
  let words: Array<string> = []
  for (const [token] of script.matchAll(/"[^"]*"|'[^']*'|&&|\|\||[;|\n]|(?:[^\s;&|"']|&(?!&))+/g)) {
    if (/^(;|\n|\||&&|\|\|)$/.test(token)) {
      if (words.length > 0) steps.push({ operator, words })
      operator = token === "\n" ? ";" : token
      words = []
    } else words.push(token.replace(/^(["'])(.*)\1$/s, "$2"))
  }
  if (words.length > 0) steps.push({ operator, words })
  return steps
}

function command(name: string, args: ReadonlyArray<string>, habits: Habits): Program {
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
