import { once } from "node:events"
import { WebSocket, WebSocketServer } from "ws"

/** What both ways of sending are measured by. */
export interface Channel {
  /** Sends one payload; false when it would have to be dropped. */
  readonly send: (n: number) => boolean
  /** Called for each that arrives at the other end. */
  onArrival: () => void
  /** Called at the near end for each that comes back. */
  onReturn: () => void
  readonly close: () => Promise<void>
}

/** Payloads as WebSocket messages over plain TCP on loopback: what there is without a cluster's needs. `echo`: each is sent back. */
export async function plainChannel(payload: Uint8Array, echo: boolean): Promise<Channel> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false })
  await once(server, "listening")
  const address = server.address()
  if (typeof address === "string" || address === null) throw new Error("no address")
  const near = new WebSocket(`ws://127.0.0.1:${address.port}`, { perMessageDeflate: false })
  const [far] = await Promise.all([
    new Promise<WebSocket>((resolve) => server.once("connection", resolve)),
    once(near, "open"),
  ])
  const channel: Channel = {
    send: () => {
      near.send(payload)
      return true
    },
    onArrival: () => {},
    onReturn: () => {},
    close: async () => {
      near.terminate()
      server.close()
      await once(server, "close")
    },
  }
  far.on("message", (data) => {
    channel.onArrival()
    if (echo) far.send(data)
  })
  near.on("message", () => channel.onReturn())
  return channel
}
