import type { Duplex } from "node:stream"
import type { Envelope } from "../../envelope.ts"
import { encodeEnvelope, readEnvelope } from "../codec/envelope.ts"
import { decodeFrame, type Frame, type Lane } from "../codec/frame.ts"
import { maySend } from "../codec/kinds.ts"
import { Incoming } from "../codec/parts.ts"
import type { Identity } from "../credentials.ts"
import { wireLimits } from "../limits.ts"
import type { StreamHeader } from "../links/links.ts"
import type { LinkMetrics } from "../links/metrics.ts"
import type { Counters } from "./counters.ts"
import type { FrameSocket } from "./frame-socket.ts"
import { laneOf, Outbox } from "./outbox.ts"
import { Streams } from "./streams.ts"
import type { TokenBucket } from "./token-bucket.ts"

/** How fast a link doubts its other end. Milliseconds. */
export interface LinkTiming {
  readonly ping_ms: number
  readonly silence_ms: number
}

export interface LinkOptions {
  readonly socket: FrameSocket
  /** What the other end's certificate says. */
  readonly peer: Identity
  /** This end dialled. */
  readonly dialled: boolean
  readonly counters: Counters
  readonly timing: LinkTiming
  /** What the other end may say, over all its links; absent: as much as it likes. */
  readonly rate?: TokenBucket
  readonly envelope: (envelope: Envelope) => void
  readonly stream: (header: StreamHeader, stream: Duplex) => void
  /** Once, the last event. */
  readonly closed: (reason: string) => void
}

/** One connection to a peer: envelopes and streams over a socket of frames. It lives until it is closed from either end, or found dead. */
export class Link {
  readonly #options: LinkOptions
  readonly #socket: FrameSocket
  readonly #counters: Counters
  readonly #outbox: Outbox
  readonly #streams: Streams
  readonly #incoming: { readonly [L in Lane]: Incoming }
  readonly #envelope_bytes_max: number
  readonly #pings: NodeJS.Timeout
  #resuming: NodeJS.Timeout | undefined
  #heardAt = performance.now()
  #lookedAt = performance.now()
  #pingedAt: number | undefined
  #rtt: number | undefined
  #pumping = false
  #closed: string | undefined

  constructor(options: LinkOptions) {
    const { socket, peer, counters, timing } = options
    this.#options = options
    this.#socket = socket
    this.#counters = counters
    this.#envelope_bytes_max =
      peer.role === "worker" ? wireLimits.workerEnvelope_bytes : wireLimits.managerEnvelope_bytes
    const incoming = () => new Incoming(this.#envelope_bytes_max)
    this.#incoming = { urgent: incoming(), log: incoming(), bulk: incoming() }
    this.#streams = new Streams({ odd: options.dialled, ready: () => this.#pumpSoon(), opened: options.stream })
    this.#outbox = new Outbox(this.#streams)
    this.#pings = setInterval(() => this.#look(), timing.ping_ms)
    socket.attach({
      frame: (bytes) => this.#receive(bytes),
      drained: () => this.#pump(),
      alive: () => this.#alive(),
      closed: (reason) => this.#ended(reason),
    })
    this.#ping()
    // What it owes from a former link.
    this.#slow(0)
  }

  get peer(): Identity {
    return this.#options.peer
  }

  get dialled(): boolean {
    return this.#options.dialled
  }

  metrics(): LinkMetrics {
    return {
      peer: this.peer.id,
      ...(this.#rtt === undefined ? {} : { rtt_ms: this.#rtt }),
      queued_bytes: this.#outbox.bytes + this.#socket.buffered,
      streams: this.#streams.count,
    }
  }

  /** False: dropped, and counted. */
  send(envelope: Envelope): boolean {
    const { dropped } = this.#counters
    if (this.#closed !== undefined) {
      dropped.linkLost++
      return false
    }
    const body = encodeEnvelope(envelope)
    if (body.length > wireLimits.managerEnvelope_bytes) {
      dropped.tooLarge++
      return false
    }
    if (!this.#outbox.push(laneOf(envelope), body)) {
      dropped.queueFull++
      return false
    }
    this.#counters.envelopesSent++
    this.#pumpSoon()
    return true
  }

  /** Undefined: there are too many, or the header is too large. */
  openStream(header: StreamHeader): Duplex | undefined {
    return this.#closed === undefined ? this.#streams.open(header) : undefined
  }

  /** Ends the link; the other end is told why. */
  close(reason: string): void {
    if (this.#closed !== undefined) return
    this.#socket.close(reason)
    this.#ended(reason)
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closed !== undefined) return
    this.#heardAt = performance.now()
    this.#counters.framesReceived++
    this.#counters.bytesReceived += bytes.length
    const frame = decodeFrame(bytes)
    if (frame === undefined || !this.#take(frame)) this.#violated("malformed")
  }

  /** False: what an honest peer does not send. */
  #take(frame: Frame): boolean {
    switch (frame.type) {
      case "envelope":
        return this.#open(frame.body)
      case "part": {
        const whole = this.#incoming[frame.lane].take(frame)
        return whole === "more" || (whole !== undefined && this.#open(whole))
      }
      default: {
        const fine = this.#streams.receive(frame)
        if (this.#streams.waiting > wireLimits.streamControl_frames) this.#fail("takes nothing that it is sent")
        return fine
      }
    }
  }

  #open(body: Uint8Array): boolean {
    const { envelope, bytes } = readEnvelope(body, this.#envelope_bytes_max)
    this.#slow(1 + bytes / wireLimits.workerEnvelope_unit_bytes)
    if (envelope === undefined) return false
    if (!maySend(this.peer.role, envelope.kind)) {
      this.#violated("forbidden")
      return true
    }
    this.#counters.envelopesReceived++
    this.#options.envelope(envelope)
    return true
  }

  /** A worker that says more than any honest one is read more slowly: it waits, and nobody else does. */
  #slow(cost: number): void {
    const wait_ms = this.#options.rate?.takeOnCredit(performance.now(), cost) ?? 0
    if (wait_ms === 0 || this.#resuming !== undefined) return
    this.#socket.pause()
    this.#resuming = setTimeout(() => {
      this.#resuming = undefined
      this.#heardAt = performance.now()
      this.#socket.resume()
    }, wait_ms)
  }

  #pumpSoon(): void {
    if (this.#pumping) return
    this.#pumping = true
    queueMicrotask(() => {
      this.#pumping = false
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#closed !== undefined) return
    this.#socket.cork()
    while (this.#socket.buffered < wireLimits.buffered_bytes) {
      const frame = this.#outbox.next()
      if (frame === undefined) break
      this.#counters.framesSent++
      this.#counters.bytesSent += frame.length
      this.#socket.send(frame)
    }
    this.#socket.uncork()
  }

  #ping(): void {
    if (this.#pingedAt !== undefined) return
    this.#pingedAt = performance.now()
    this.#socket.ping()
  }

  #alive(): void {
    const now = performance.now()
    this.#heardAt = now
    if (this.#pingedAt === undefined) return
    this.#rtt = now - this.#pingedAt
    this.#pingedAt = undefined
  }

  #look(): void {
    const now = performance.now()
    // What stood still was this process: what came meanwhile has yet to be read.
    if (now - this.#lookedAt > 2 * this.#options.timing.ping_ms) this.#heardAt = now
    this.#lookedAt = now
    if (Date.now() > this.peer.notAfter) this.#fail("its certificate has expired")
    else if (this.#resuming === undefined && now - this.#heardAt > this.#options.timing.silence_ms) {
      this.#fail("nothing was heard of it")
    } else this.#ping()
  }

  #violated(what: "malformed" | "forbidden"): void {
    this.#counters.violations[what]++
    this.#fail(what === "malformed" ? "it sent what is no frame" : "it sent what its role forbids")
  }

  #fail(reason: string): void {
    this.#socket.destroy()
    this.#ended(reason)
  }

  #ended(reason: string): void {
    if (this.#closed !== undefined) return
    this.#closed = reason
    clearInterval(this.#pings)
    clearTimeout(this.#resuming)
    this.#counters.dropped.linkLost += this.#outbox.length
    this.#streams.breakAll(`the link was lost: ${reason}`)
    this.#options.closed(reason)
  }
}
