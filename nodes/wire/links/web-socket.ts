import type { Socket } from "node:net"
import type { WebSocket } from "ws"
import { wireLimits } from "../limits.ts"
import type { FrameSocket, FrameSocketEvents } from "../link/frame-socket.ts"

/** The subprotocol both ends must name: another one is another format of frames. */
export const subprotocol = "drydock.1"

/** Carries the life of the process that sends it, in the upgrade and its answer. */
export const lifeHeader = "x-drydock-life"
export const isLife = (text: unknown): text is string => typeof text === "string" && /^[0-9a-f]{16}$/.test(text)

/** The options of every WebSocket here: compression is the codec's business, and who pings without reading gets no answers. */
export const webSocketOptions = {
  maxPayload: wireLimits.frame_bytes,
  perMessageDeflate: false,
  autoPong: false,
  skipUTF8Validation: true,
} as const

/** How long the other end has to take what was sent before a close. Milliseconds. */
const farewell_ms = 1_000

/** Frames over a WebSocket, one in each message. */
export class WebSocketFrames implements FrameSocket {
  readonly #ws: WebSocket
  readonly #socket: Socket
  #farewell: NodeJS.Timeout | undefined

  constructor(ws: WebSocket, socket: Socket) {
    this.#ws = ws
    this.#socket = socket
    socket.setNoDelay(true)
    // Kept until somebody listens.
    ws.pause()
  }

  attach(events: FrameSocketEvents): void {
    const ws = this.#ws
    ws.on("message", (data, isBinary) => {
      // A text is no frame: it becomes one that no codec takes.
      events.frame(isBinary && Buffer.isBuffer(data) ? data : Buffer.alloc(0))
    })
    ws.on("ping", (data) => {
      if (this.buffered < wireLimits.buffered_bytes) ws.pong(data)
    })
    ws.on("pong", () => events.alive())
    ws.on("error", () => ws.terminate())
    ws.on("close", (_, reason) => {
      clearTimeout(this.#farewell)
      events.closed(reason.length > 0 ? reason.toString() : "the connection was cut")
    })
    this.#socket.on("drain", () => events.drained())
    this.#drained = events.drained
    ws.resume()
  }

  #drained: () => void = () => {}

  send(frame: Uint8Array): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    this.#ws.send(frame, (error) => {
      if (!error) this.#drained()
    })
  }

  get buffered(): number {
    return this.#ws.bufferedAmount
  }

  cork(): void {
    this.#socket.cork()
  }

  uncork(): void {
    this.#socket.uncork()
  }

  ping(): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping()
  }

  pause(): void {
    this.#ws.pause()
  }

  resume(): void {
    this.#ws.resume()
  }

  close(reason: string): void {
    this.#ws.close(4000, reason.slice(0, 120))
    this.#farewell = setTimeout(() => this.#ws.terminate(), farewell_ms)
  }

  destroy(): void {
    this.#ws.terminate()
  }
}
