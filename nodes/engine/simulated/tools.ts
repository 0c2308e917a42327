import type { Surroundings } from "./surroundings.ts"

/** What a command says, and how it ends. Bytes as latin1. */
export interface Said {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

const said = (stdout: string): Said => ({ stdout, stderr: "", exitCode: 0 })

/** The small commands whose output can be known from their words and surroundings. Undefined: another command. */
export function runTool(name: string, args: ReadonlyArray<string>, around: Surroundings): Said | undefined {
  switch (name) {
    case "echo":
      return said(echo(args))
    case "printf":
      return said(printf(args))
    case "hostname":
      return said(`${around.hostname}\n`)
    case "env":
      return args.length > 0 ? undefined : said([...around.env].map(([key, value]) => `${key}=${value}\n`).join(""))
    case "printenv":
      return args[0] === undefined ? runTool("env", [], around) : printenv(around.env.get(args[0]))
    case "pwd":
      return said("/\n")
    case "whoami":
      return said("root\n")
    case "cat":
      return cat(args, around.files)
    case "ls":
      return ls(args, around.files)
    default:
      return undefined
  }
}

function echo(args: ReadonlyArray<string>): string {
  const flags = args[0] !== undefined && /^-[neE]+$/.test(args[0]) ? args[0] : ""
  const text = (flags === "" ? args : args.slice(1)).join(" ")
  return `${flags.includes("e") ? escaped(text) : text}${flags.includes("n") ? "" : "\n"}`
}

function printf([format = "", ...args]: ReadonlyArray<string>): string {
  const left = [...args]
  return escaped(format).replace(/%[sd%]/g, (what) => (what === "%%" ? "%" : (left.shift() ?? "")))
}

const escaped = (text: string): string =>
  text.replace(/\\([nt\\])/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "t" ? "\t" : "\\"))

const printenv = (value: string | undefined): Said =>
  value === undefined ? { stdout: "", stderr: "", exitCode: 1 } : said(`${value}\n`)

/** Files that nobody put there are empty, but under /run, where they are known to be missing. */
function cat(args: ReadonlyArray<string>, files: ReadonlyMap<string, string>): Said {
  let stdout = ""
  let stderr = ""
  for (const path of args.filter((arg) => !arg.startsWith("-"))) {
    const content = files.get(path)
    if (content !== undefined) stdout += content
    else if (path.startsWith("/run/") || path.startsWith("/no/"))
      stderr += `cat: can't open '${path}': No such file or directory\n`
  }
  return { stdout, stderr, exitCode: stderr === "" ? 0 : 1 }
}

function ls(args: ReadonlyArray<string>, files: ReadonlyMap<string, string>): Said {
  const folder = (args.find((arg) => !arg.startsWith("-")) ?? "/").replace(/\/*$/, "/")
  const names = [...files.keys()].filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length))
  return said(
    [...new Set(names.map((name) => name.split("/")[0] ?? ""))]
      .toSorted()
      .map((name) => `${name}\n`)
      .join(""),
  )
}
