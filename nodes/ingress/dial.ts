import { createSocket, type Socket as UdpSocket } from "node:dgram"
import { connect } from "node:net"
import { Duplex } from "node:stream"
import { Frames, frame } from "./datagram-frames.ts"

/**
 * A connection to a container on this machine; UDP looks the same, each datagram after its length (`frame`). Destroyed with an error when it
 * cannot be had. `connected` is called once it stands.
 */
export function dial(protocol: "tcp" | "udp", address: string, port: number, connected: () => void): Duplex {
  if (protocol === "udp") return new DatagramStream(address, port, connected)
  const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true, keepAlive: true })
  socket.once("connect", connected)
  return socket
}

/** Datagrams to and from one port as a stream of frames. */
class DatagramStream extends Duplex {
  readonly #socket: UdpSocket
  readonly #frames = new Frames()
  #open = false
  #waiting: (() => void) | undefined

  constructor(address: string, port: number, connected: () => void) {
    super()
    this.#socket = createSocket(address.includes(":") ? "udp6" : "udp4")
    this.#socket.on("message", (message) => {
      // Whoever cannot keep up loses datagrams.
      if (this.readableLength < this.readableHighWaterMark) this.push(frame(message))
    })
    this.#socket.on("error", (error) => this.destroy(error))
    this.#socket.connect(port, address, () => {
      if (this.destroyed) return
      this.#open = true
      connected()
      this.#waiting?.()
      this.#waiting = undefined
    })
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (!this.#open) {
      this.#waiting = () => this._write(chunk, _encoding, done)
      return
    }
    for (const message of this.#frames.take(chunk)) this.#socket.send(message)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#open = false
    this.#socket.close(() => done(error))
  }
}
