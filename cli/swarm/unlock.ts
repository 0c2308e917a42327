import type { Cli } from "../cli.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"

export const command = define({
  usage: "",
  arity: noArgs,
  flags: {},
  examples: [["echo SWMKEY-1-... | drydock swarm unlock", "give a manager that was restarted the key it waits for"]],
  async run(cli) {
    const info = await cli.engine.get<{ readonly Swarm?: { readonly LocalNodeState?: string } }>("/info")
    const state = info.Swarm?.LocalNodeState ?? ""
    if (state === "inactive") throw new CliError("Error: This node is not part of a swarm")
    if (["pending", "active", "error"].includes(state)) throw new CliError("Error: swarm is not locked")
    await cli.engine.post("/swarm/unlock", { body: { UnlockKey: await readKey(cli) } })
  },
})

/** One line; a terminal is asked for it, and does not show it. */
async function readKey(cli: Cli): Promise<string> {
  if (process.stdin.isTTY !== true) return firstLine(await cli.stdin())
  const { createInterface } = await import("node:readline")
  const { Writable } = await import("node:stream")
  cli.out("Enter unlock key: ")
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  const key = await new Promise<string>((resolve) => {
    lines.once("line", resolve)
    lines.once("close", () => resolve(""))
  })
  lines.close()
  cli.out("\n")
  return key.trim()
}

const firstLine = (text: Buffer): string => (text.toString("utf8").split("\n")[0] ?? "").trim()
