import type { Duplex } from "node:stream"
import { encodeFrame, type Frame } from "../codec/frame.ts"
import { wireLimits } from "../limits.ts"
import type { StreamHeader } from "../links/links.ts"
import { LinkStream, type StreamHost } from "./stream.ts"

type StreamFrame = Extract<Frame, { readonly stream: number }>

export interface StreamsOptions {
  /** Of the two ends one numbers its streams odd, the other even. */
  readonly odd: boolean
  /** There is something to send. */
  readonly ready: () => void
  readonly opened: (header: StreamHeader, stream: Duplex) => void
}

/** The streams of one link: what they send takes turns, what arrives finds its stream. */
export class Streams {
  readonly #options: StreamsOptions
  readonly #host: StreamHost
  readonly #streams = new Map<number, LinkStream>()
  /** In the order of their turns. */
  readonly #sendable = new Set<LinkStream>()
  #control: Frame[] = []
  #lastOwn: number
  #lastTheirs: number
  #theirs = 0

  constructor(options: StreamsOptions) {
    this.#options = options
    this.#lastOwn = options.odd ? -1 : 0
    this.#lastTheirs = options.odd ? 0 : -1
    this.#host = {
      ready: (stream) => {
        this.#sendable.add(stream)
        options.ready()
      },
      window: ({ id }, bytes) => this.#say({ type: "window", stream: id, bytes }),
      end: ({ id }) => this.#say({ type: "end", stream: id }),
      reset: ({ id }) => this.#say({ type: "reset", stream: id }),
      gone: (stream) => this.#remove(stream),
    }
  }

  get count(): number {
    return this.#streams.size
  }

  /** Small frames that wait: a peer that reads nothing lets them pile up. */
  get waiting(): number {
    return this.#control.length
  }

  /** Undefined: the header is too large, or there are too many streams. */
  open(header: StreamHeader): Duplex | undefined {
    const body = Buffer.from(JSON.stringify(header))
    if (body.length > wireLimits.streamHeader_bytes || this.#streams.size - this.#theirs >= wireLimits.streams_max) {
      return undefined
    }
    this.#lastOwn += 2
    const stream = this.#add(this.#lastOwn)
    this.#say({ type: "open", stream: stream.id, body })
    return stream
  }

  next(): Uint8Array | undefined {
    const control = this.#control.shift()
    if (control !== undefined) return encodeFrame(control)
    for (const stream of this.#sendable) {
      this.#sendable.delete(stream)
      const body = stream.chunk()
      if (stream.sendable) this.#sendable.add(stream)
      if (body !== undefined) return encodeFrame({ type: "data", stream: stream.id, body })
    }
    return undefined
  }

  /** False: what an honest peer does not send. */
  receive(frame: StreamFrame): boolean {
    if (frame.type === "open") return this.#opened(frame.stream, frame.body)
    const stream = this.#streams.get(frame.stream)
    // One that is gone here, which the other end did not know yet; but never one that has not been.
    if (stream === undefined) return frame.stream <= this.#last(frame.stream)
    switch (frame.type) {
      case "data":
        return stream.arrive(frame.body)
      case "window":
        return stream.widen(frame.bytes)
      case "end":
        return stream.finish()
      case "reset":
        stream.break("the stream was reset by the other end")
        return true
    }
  }

  /** The link is gone. */
  breakAll(reason: string): void {
    for (const stream of [...this.#streams.values()]) stream.break(reason)
    this.#control = []
  }

  #opened(id: number, body: Uint8Array): boolean {
    if (this.#isOwn(id) || id <= this.#lastTheirs || id > 0xffff_fff0) return false
    this.#lastTheirs = id
    const header = body.length > wireLimits.streamHeader_bytes ? undefined : parsedHeader(body)
    if (header === undefined) return false
    if (this.#theirs >= wireLimits.streams_max) {
      this.#say({ type: "reset", stream: id })
      return true
    }
    this.#theirs++
    this.#options.opened(header, this.#add(id))
    return true
  }

  #add(id: number): LinkStream {
    const stream = new LinkStream(id, this.#host)
    // Whoever uses a stream listens for itself; one that nobody listens to must not end the process.
    stream.on("error", () => {})
    this.#streams.set(id, stream)
    return stream
  }

  #remove(stream: LinkStream): void {
    this.#sendable.delete(stream)
    if (this.#streams.delete(stream.id) && !this.#isOwn(stream.id)) this.#theirs--
  }

  #say(frame: Frame): void {
    this.#control.push(frame)
    this.#options.ready()
  }

  #isOwn(id: number): boolean {
    return (id % 2 === 1) === this.#options.odd
  }

  #last(id: number): number {
    return this.#isOwn(id) ? this.#lastOwn : this.#lastTheirs
  }
}

function parsedHeader(body: Uint8Array): StreamHeader | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(body).toString())
    return isHeader(header) ? header : undefined
  } catch {
    return undefined
  }
}

const isHeader = (value: unknown): value is StreamHeader =>
  typeof value === "object" && value !== null && !Array.isArray(value)
