import { Duplex } from "node:stream"
import { wireLimits } from "../limits.ts"

/** What a stream needs of the link it lives on. */
export interface StreamHost {
  /** The stream has bytes to send, and credit for them: the link asks for them with `chunk` when it is its turn. */
  ready(stream: LinkStream): void
  window(stream: LinkStream, bytes: number): void
  end(stream: LinkStream): void
  reset(stream: LinkStream): void
  /** The stream needs nothing more of the link. */
  gone(stream: LinkStream): void
}

type Written = (error?: Error | null) => void

/**
 * One stream of bytes on a link, as a Duplex. Each end may send what the other's window allows; the window opens again as what came is read, so
 * that a reader who is slow stops this stream alone, and holds a window of memory at most.
 */
export class LinkStream extends Duplex {
  readonly id: number
  readonly #host: StreamHost
  #credit: number = wireLimits.streamWindow_bytes
  #sending: { rest: Uint8Array; readonly written: Written } | undefined
  /** What came and was not asked for yet. */
  #arrived: Uint8Array[] = []
  /** What the other end may still send. */
  #open: number = wireLimits.streamWindow_bytes
  #taken = 0
  #wanted = false
  #theirEnd = false
  #ourEnd = false
  #silent = false
  #gaveEnd = false

  constructor(id: number, host: StreamHost) {
    super({ allowHalfOpen: true, highWaterMark: wireLimits.streamChunk_bytes })
    this.id = id
    this.#host = host
  }

  /** Whether there is something that may be sent. */
  get sendable(): boolean {
    return this.#sending !== undefined && this.#credit > 0
  }

  /** The next bytes to send, as many as may be. */
  chunk(): Uint8Array | undefined {
    const sending = this.#sending
    if (sending === undefined || this.#credit === 0) return undefined
    const length = Math.min(sending.rest.length, this.#credit, wireLimits.streamChunk_bytes)
    const chunk = sending.rest.subarray(0, length)
    sending.rest = sending.rest.subarray(length)
    this.#credit -= length
    if (sending.rest.length === 0) {
      this.#sending = undefined
      sending.written()
    }
    return chunk
  }

  /** False: more than the other end may send. */
  arrive(bytes: Uint8Array): boolean {
    if (this.#theirEnd || bytes.length > this.#open) return false
    this.#open -= bytes.length
    // A frame shares its memory with others that came with it: it must not keep them all.
    if (bytes.length > 0) this.#arrived.push(Uint8Array.from(bytes))
    this.#give()
    return true
  }

  /** The other end has read. False: more than it was sent. */
  widen(bytes: number): boolean {
    if (this.#credit + bytes > wireLimits.streamWindow_bytes) return false
    this.#credit += bytes
    if (this.sendable) this.#host.ready(this)
    return true
  }

  /** The other end sends nothing more. False: it had said so before. */
  finish(): boolean {
    if (this.#theirEnd) return false
    this.#theirEnd = true
    this.#give()
    return true
  }

  /** The stream is over, and the other end knows or cannot be told. */
  break(reason: string): void {
    this.#silent = true
    this.destroy(new Error(reason))
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: Written): void {
    if (chunk.length === 0) {
      written()
      return
    }
    this.#sending = { rest: chunk, written }
    if (this.sendable) this.#host.ready(this)
  }

  override _final(done: Written): void {
    this.#ourEnd = true
    this.#host.end(this)
    done()
  }

  override _read(): void {
    this.#wanted = true
    this.#give()
  }

  override _destroy(error: Error | null, done: Written): void {
    const whole = this.#ourEnd && this.#theirEnd && this.#arrived.length === 0
    if (!this.#silent && !whole) this.#host.reset(this)
    this.#host.gone(this)
    this.#arrived = []
    const sending = this.#sending
    this.#sending = undefined
    sending?.written(error ?? new Error("the stream was destroyed"))
    done(error)
  }

  #give(): void {
    while (this.#wanted) {
      const next = this.#arrived.shift()
      if (next === undefined) break
      this.#taken += next.length
      this.#wanted = this.push(next)
    }
    if (this.#theirEnd && this.#arrived.length === 0) {
      if (!this.#gaveEnd && !this.destroyed) this.push(null)
      this.#gaveEnd = true
    } else if (this.#taken >= wireLimits.streamWindow_bytes / 2) {
      this.#open += this.#taken
      this.#host.window(this, this.#taken)
      this.#taken = 0
    }
  }
}
