import { createSocket, type RemoteInfo, type Socket } from "node:dgram"
import type { Duplex } from "node:stream"
import type { Balancer } from "./balancer.ts"
import { Frames, frame } from "./datagram-frames.ts"
import type { PublishedPort } from "./published-port.ts"
import { type Reach, reachFirst } from "./reach.ts"
import type { IngressTarget } from "./routes.ts"

/** One client's datagrams and the task that they go to. */
interface Flow {
  readonly client: RemoteInfo
  /** Those that came before the task was reached. */
  early: Array<Buffer>
  bytes: number
  stream: Duplex | undefined
  target: IngressTarget | undefined
  last: number
}

/** A published UDP port of this node: a client keeps its task until it has been silent for a while, or the task is gone. */
export class UdpPort implements PublishedPort {
  readonly #reach: Reach
  readonly #balancer: Balancer
  readonly #flows = new Map<string, Flow>()
  readonly #timer: NodeJS.Timeout
  #socket: Socket | undefined

  constructor(reach: Reach, balancer: Balancer) {
    this.#reach = reach
    this.#balancer = balancer
    this.#timer = setInterval(() => this.#expire(), Math.max(reach.limits.flow_ms / 4, 10))
    this.#timer.unref()
  }

  get count(): number {
    return this.#flows.size
  }

  listen(host: string, port: number, listening: () => void, failed: (error: Error) => void): void {
    const socket = createSocket({ type: host.includes(":") ? "udp6" : "udp4" })
    this.#socket = socket
    socket.on("message", (message, client) => this.#received(message, client))
    socket.on("error", failed)
    socket.bind(port, host, listening)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const key of [...this.#flows.keys()]) this.#end(key)
    try {
      this.#socket?.close()
    } catch {
      // It was never bound.
    }
  }

  #received(message: Buffer, client: RemoteInfo): void {
    const key = `${client.address} ${client.port}`
    let flow = this.#flows.get(key)
    if (flow?.target !== undefined && !this.#balancer.has(flow.target)) {
      this.#end(key)
      flow = undefined
    }
    if (flow === undefined) {
      if (this.#flows.size >= this.#reach.limits.connections) return
      flow = { client, early: [], bytes: 0, stream: undefined, target: undefined, last: 0 }
      this.#flows.set(key, flow)
      void this.#open(key, flow)
    }
    flow.last = Date.now()
    this.#send(flow, message)
  }

  #send(flow: Flow, message: Buffer): void {
    const waiting = flow.stream === undefined ? flow.bytes : flow.stream.writableLength
    if (waiting + message.length > this.#reach.limits.datagrams_bytes) return
    if (flow.stream !== undefined) flow.stream.write(frame(message))
    else {
      flow.early.push(message)
      flow.bytes += message.length
    }
  }

  async #open(key: string, flow: Flow): Promise<void> {
    const wanted = (): boolean => this.#flows.get(key) === flow
    const reached = await reachFirst(this.#reach, "udp", this.#balancer.order(), wanted)
    if (reached === undefined || !wanted()) {
      reached?.stream.on("error", () => undefined).destroy()
      if (wanted()) this.#flows.delete(key)
      return
    }
    const { stream, target } = reached
    const frames = new Frames()
    stream.on("data", (chunk: Buffer) => {
      flow.last = Date.now()
      for (const message of frames.take(chunk)) this.#socket?.send(message, flow.client.port, flow.client.address)
    })
    stream.on("error", () => undefined)
    stream.once("close", () => wanted() && this.#flows.delete(key))
    flow.target = target
    flow.stream = stream
    for (const message of flow.early) stream.write(frame(message))
    flow.early = []
  }

  #expire(): void {
    const before = Date.now() - this.#reach.limits.flow_ms
    for (const [key, flow] of this.#flows) if (flow.last < before) this.#end(key)
  }

  #end(key: string): void {
    this.#flows.get(key)?.stream?.destroy()
    this.#flows.delete(key)
  }
}
