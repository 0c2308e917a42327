import { parseEngine } from "../../nodes/daemon/config.ts"
import { whyNotListen } from "../../nodes/daemon/live/try-listen.ts"
import { httpEngine } from "../client/http.ts"
import { CliError } from "../errors.ts"
import type { State, StateFolder } from "./state.ts"

/** The port on which nodes are reached by each other. */
const nodePort = 2377

export async function checkEngine(engine: string): Promise<void> {
  const choice = parseEngine(engine)
  if (!choice) throw new CliError(`invalid --engine ${engine}: it is unix:///path/of/docker.sock or sim:`, 125)
  if (choice.type === "simulated") return
  try {
    await httpEngine(engine, "drydock-up").get("/_ping")
  } catch {
    throw new CliError(`no engine answers at ${engine}: start dockerd, or say where it is with --engine unix:///path

No Docker here? drydock up --engine sim:`)
  }
}

/** A path of a unix socket, with its end, in the kernel's structure. */
const socketPathBytes_max = 107

/** The folder will be removed with all that is in it, so it has to be nobody else's. */
export function checkFolder(folder: StateFolder, { machines }: State): void {
  if (!folder.isFree())
    throw new CliError(`${folder.path} is not empty, and no cluster is there: choose another --state-dir`)
  const longest = Math.max(...machines.map(({ name }) => Buffer.byteLength(`${folder.dataDir(name)}/engine.sock`)))
  if (longest > socketPathBytes_max) {
    const most = socketPathBytes_max - (longest - Buffer.byteLength(folder.path))
    throw new CliError(
      `${folder.path} is too long for the sockets in it: choose a --state-dir of at most ${most} bytes`,
    )
  }
}

/** Whether the nodes can listen where the others will look for them. Each is "name address". */
export async function checkAddresses(nodes: ReadonlyArray<string>): Promise<void> {
  for (const node of nodes) {
    const [name = "", address = ""] = node.split(" ")
    const why = await whyNotListen({ host: address, port: nodePort })
    if (why !== undefined) {
      throw new CliError(
        `${name} cannot listen on ${address}:${nodePort} (${why}): end what listens there, or choose another --state-dir, which makes other addresses`,
      )
    }
  }
}
