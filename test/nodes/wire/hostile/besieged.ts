import { once } from "node:events"
import { connect as connectTcp, type Socket } from "node:net"
import { connect as connectTls, type TLSSocket } from "node:tls"
import { afterEach, beforeEach, expect } from "vitest"
import { WebSocket } from "ws"
import type { Envelope } from "../../../../nodes/envelope.ts"
import type { RootCA } from "../../../../nodes/wire/ca/root-ca.ts"
import { encodeEnvelope } from "../../../../nodes/wire/codec/envelope.ts"
import { encodeFrame } from "../../../../nodes/wire/codec/frame.ts"
import type { Credentials } from "../../../../nodes/wire/credentials.ts"
import { type Certified, credentials, newRoot } from "../authority.ts"
import { eventually } from "../eventually.ts"
import { type LiveNode, liveNode } from "../live-node.ts"

/** What a worker has to say, and the frame of it. */
export const report: Envelope = { kind: "agent", message: { type: "heartbeat", session: "s" } }
export const reportFrame = (): Buffer => Buffer.from(encodeFrame({ type: "envelope", body: encodeEnvelope(report) }))

/** Which life of its process a link opened by hand says it is of. */
export const life = "0123456789abcdef"

export const closed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await once(socket.resume(), "close")
}
export const ends = (ws: WebSocket): Promise<unknown> => once(ws, "close")

interface World {
  readonly root: RootCA
  /** The manager that is beset. */
  readonly node: LiveNode
  /** An honest worker, who must notice nothing of what others do. */
  readonly honest: LiveNode
}

/** What a test does to a manager. */
export interface Besieged {
  /** The root of the cluster's certificates. */
  readonly root: RootCA
  readonly node: LiveNode
  /** IDs of nodes that were removed from the cluster. */
  readonly removed: Set<string>
  /** What is added here is destroyed after the test. */
  readonly open: { destroy(): void }[]
  readonly port: () => number
  readonly tcp: () => Promise<Socket>
  readonly tls: (own?: Credentials) => Promise<TLSSocket>
  /** Opens a link by hand. Rejects with the status when the upgrade is refused. */
  readonly webSocket: (
    own: Credentials | undefined,
    headers?: Record<string, string>,
    protocol?: string,
  ) => Promise<WebSocket>
  /** Opens a link as a worker, unless the options say otherwise. */
  readonly as: (id: string, options?: Certified) => Promise<WebSocket>
}

async function newWorld(removed: ReadonlySet<string>): Promise<World> {
  const root = await newRoot()
  const node = await liveNode({
    id: "m1",
    role: "manager",
    credentials: await credentials(root, "m1"),
    removed: (id) => removed.has(id),
    rootCertificate: root.CACert,
  })
  const honest = await liveNode({
    id: "w1",
    role: "worker",
    credentials: await credentials(root, "w1", { role: "worker" }),
  })
  honest.links.know("m1", node.address)
  honest.links.send("m1", report)
  await eventually("the honest one is linked", () => node.seen.envelopes.length === 1)
  return { root, node, honest }
}

/** Whatever happened: the honest one was never cut, and it still gets through. */
async function expectUnharmed({ node, honest }: World): Promise<void> {
  node.seen.envelopes.length = 0
  honest.links.send("m1", report)
  await eventually("the honest one is heard", () => node.seen.envelopes.some(({ from }) => from.id === "w1"))
  expect(node.seen.changes.filter((change) => change.includes("w1"))).toEqual(["up w1 worker"])
}

/** For the tests of a file: each has a manager and an honest worker of its own, and after each the worker must be unharmed. */
export function besieged(): Besieged {
  let world: World | undefined
  const removed = new Set<string>()
  const open: { destroy(): void }[] = []
  const current = (): World => {
    if (world === undefined) throw new Error("there is a manager only while a test runs")
    return world
  }

  beforeEach(async () => {
    removed.clear()
    world = await newWorld(removed)
  })
  afterEach(async () => {
    const { node, honest } = current()
    await expectUnharmed(current())
    for (const socket of open.splice(0)) socket.destroy()
    await honest.stop()
    await node.stop()
    world = undefined
  })

  const port = () => current().node.port?.port ?? 0
  const tcp = async (): Promise<Socket> => {
    const socket = connectTcp(port(), "127.0.0.1")
    socket.on("error", () => {})
    open.push(socket)
    await once(socket, "connect")
    return socket
  }
  const tls = async (own?: Credentials): Promise<TLSSocket> => {
    const socket = connectTls({
      port: port(),
      host: "127.0.0.1",
      rejectUnauthorized: false,
      ...(own ? { cert: own.certificate, key: own.key } : {}),
    })
    socket.on("error", () => {})
    open.push(socket)
    await once(socket, "secureConnect")
    return socket
  }
  const webSocket: Besieged["webSocket"] = (own, headers = { "x-drydock-life": life }, protocol = "drydock.1") =>
    new Promise((resolve, reject) => {
      const ws = new WebSocket(`wss://127.0.0.1:${port()}/link`, protocol, {
        rejectUnauthorized: false,
        headers,
        perMessageDeflate: false,
        ...(own ? { cert: own.certificate, key: own.key } : {}),
      })
      open.push({ destroy: () => ws.terminate() })
      ws.on("open", () => resolve(ws))
      ws.on("error", reject)
    })
  const as: Besieged["as"] = async (id, options = {}) =>
    webSocket(await credentials(current().root, id, { role: "worker", ...options }))

  return {
    get root() {
      return current().root
    },
    get node() {
      return current().node
    },
    removed,
    open,
    port,
    tcp,
    tls,
    webSocket,
    as,
  }
}
