import { bool, text } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { linesOf, streamBody } from "../client/stream.ts"
import { command as define, exactly } from "../command.ts"
import { CliError, interrupted } from "../errors.ts"
import { registryAuth } from "../service/registry-auth.ts"

export const command = define({
  usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
  arity: exactly(1),
  flags: {
    "all-tags": bool("Download all tagged images in the repository", { short: "a" }),
    platform: text("Set platform if server is multi-platform capable"),
    quiet: bool("Suppress verbose output", { short: "q" }),
  },
  examples: [["drydock pull nginx:alpine", "have an image on the machine that answers before a task wants it"]],
  async run(cli, { flags, args: [name = ""] }) {
    const { imageReferenceError } = await import("../../nodes/manager/control/image-reference.ts")
    const invalid = imageReferenceError(name)
    if (invalid !== undefined) throw new CliError(invalid)
    const digest = name.includes("@")
    const tag = /:([^/:]+)$/.exec(name.split("@")[0] ?? "")?.[1]
    const isBare = !digest && tag === undefined
    if (flags["all-tags"] && !isBare) throw new CliError("tag can't be used with --all-tags/-a")
    const isDefault = isBare && !flags["all-tags"]
    if (isDefault && !flags.quiet) cli.out("Using default tag: latest\n")
    const reference = fullName(isDefault ? `${name}:latest` : name)
    await pull(cli, reference, name, flags)
    cli.out(`${reference}\n`)
  },
})

interface PullStyle {
  readonly platform: string
  readonly quiet: boolean
}

async function pull(cli: Cli, reference: string, name: string, { platform, quiet }: PullStyle): Promise<void> {
  const [bare = "", digest] = reference.split("@")
  const colon = bare.lastIndexOf(":")
  const hasTag = colon > bare.lastIndexOf("/")
  const query = {
    fromImage: hasTag ? bare.slice(0, colon) : bare,
    tag: digest ?? (hasTag ? bare.slice(colon + 1) : undefined),
    platform: platform === "" ? undefined : platform,
  }
  const ending = new AbortController()
  const forget = cli.onInterrupt(() => ending.abort())
  const options = { method: "POST", headers: registryAuth(cli, name) } as const
  const show = cli.isTerminal ? onTerminal() : onPaper
  try {
    for await (const line of linesOf(
      streamBody(cli.host, "/images/create", query, "Drydock-Client", ending.signal, options),
    )) {
      if (line.trim() === "") continue
      const message: Message = JSON.parse(line)
      const error = message.errorDetail?.message ?? message.error
      if (error !== undefined) throw new CliError(error)
      if (!quiet) cli.out(show(message))
    }
  } finally {
    forget()
  }
  if (ending.signal.aborted) throw new CliError("", interrupted)
}

/** What the engine tells of a pull, a line each. */
interface Message {
  readonly status?: string
  readonly id?: string
  readonly progress?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

const shown = ({ id = "", status = "" }: Message): string => `${id === "" ? "" : `${id}: `}${status}`

/** Where nothing can be drawn again, how far it is is left out. */
const onPaper = (message: Message): string =>
  (message.progressDetail?.current ?? 0) > 0 || (message.progressDetail?.total ?? 0) > 0 ? "" : `${shown(message)}\n`

/** Each layer keeps its line. */
function onTerminal(): (message: Message) => string {
  const rows: string[] = []
  return (message) => {
    const { id = "", progress = "", progressDetail } = message
    if (id === "" || progressDetail === undefined) {
      rows.length = 0
      return `${shown(message)}\n`
    }
    const isNew = !rows.includes(id)
    if (isNew) rows.push(id)
    const up = rows.length - rows.indexOf(id)
    const text = `${shown(message)} ${progress}`
    return `${isNew ? "\n" : ""}\u001b[${up}A\u001b[2K\r${text}\r\u001b[${up}B`
  }
}

/** With the registry and, of Docker's own, the folder that familiar names leave out. */
function fullName(name: string): string {
  const [first = "", ...rest] = name.split("/")
  if (rest.length > 0 && (/[.:]/.test(first) || first === "localhost"))
    return first === "docker.io" && rest.length === 1 ? `docker.io/library/${rest[0]}` : name
  return rest.length === 0 ? `docker.io/library/${name}` : `docker.io/${name}`
}
