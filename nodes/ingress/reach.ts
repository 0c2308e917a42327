import type { Duplex } from "node:stream"
import { dial } from "./dial.ts"
import type { IngressLimits } from "./limits.ts"
import type { IngressTarget } from "./routes.ts"
import { accepted, headerOf, type Tunnel } from "./tunnel.ts"

/** What reaching tasks needs of the node. */
export interface Reach {
  readonly nodeId: string
  /** Where this machine reaches the container of a task of its own; undefined while it does not run. */
  readonly addressOf: (taskId: string) => string | undefined
  readonly tunnel: Tunnel
  readonly limits: IngressLimits
}

/** A connection to the first of the targets that can be reached; undefined when none can. `wanted` says whether anybody still waits for it. */
export async function reachFirst(
  reach: Reach,
  protocol: "tcp" | "udp",
  targets: ReadonlyArray<IngressTarget>,
  wanted: () => boolean,
): Promise<{ readonly stream: Duplex; readonly target: IngressTarget } | undefined> {
  for (const target of targets) {
    if (!wanted()) return undefined
    const stream = await reachOne(reach, protocol, target)
    if (stream !== undefined) return { stream, target }
  }
  return undefined
}

function reachOne(reach: Reach, protocol: "tcp" | "udp", target: IngressTarget): Promise<Duplex | undefined> {
  return new Promise((resolve) => {
    let stream: Duplex | undefined
    const settle = (reached: boolean): void => {
      clearTimeout(late)
      stream?.off("error", failed)
      stream?.off("close", failed)
      if (reached) resolve(stream)
      else {
        // Its end is nobody's news any more.
        stream?.on("error", () => undefined)
        stream?.destroy()
        resolve(undefined)
      }
    }
    const failed = (): void => settle(false)
    const late = setTimeout(failed, reach.limits.dial_ms)
    if (target.nodeId === reach.nodeId) {
      const address = reach.addressOf(target.taskId)
      if (address === undefined) return failed()
      stream = dial(protocol, address, target.port, () => settle(true))
    } else {
      stream = reach.tunnel.open(target.nodeId, headerOf(protocol, target))
      awaitAcceptance(stream, settle)
    }
    stream.once("error", failed)
    stream.once("close", failed)
  })
}

/** The first byte says that the other end has reached the container. */
function awaitAcceptance(stream: Duplex, settle: (reached: boolean) => void): void {
  const readable = (): void => {
    const first: Buffer | null = stream.read(1)
    if (first === null) return
    stream.off("readable", readable)
    settle(first[0] === accepted)
  }
  stream.on("readable", readable)
}
