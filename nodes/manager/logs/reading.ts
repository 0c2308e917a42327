import { earliest, type Instant, type Millis } from "../../../core/instant.ts"
import {
  type LogAck,
  type LogBatch,
  type LogMember,
  type LogMessage,
  type LogOptions,
  type LogPosition,
  type LogSelector,
  samePosition,
} from "../../log-protocol.ts"
import type { LogChunk, LogLines } from "./chunk.ts"

/** How often a subscription is repeated; an agent forgets it after five times this. */
const renew_ms: Millis = 2_000
/** How soon, while the leader has not answered. */
const retry_ms: Millis = 500
/** How long a node may be without a session before the reader is told that its log is missing. */
const gap_ms: Millis = 3_000
/** How long a node may take to say something, where it must. */
const silence_ms: Millis = 10_000
/** How long to look for a leader that knows where the tasks are. */
const leaderless_ms: Millis = 10_000

/** One client's reading of logs, as its manager knows it. */
export class Reading {
  readonly id: string
  readonly #selector: LogSelector
  readonly #options: LogOptions
  readonly #read = new Map<string, LogPosition>()
  readonly #done = new Set<string>()
  /** Tasks of which the client was told that their log is missing. */
  readonly #missing = new Set<string>()
  /** Since when the leader has no session with a node. */
  readonly #unreachable = new Map<string, Instant>()
  readonly #heard = new Map<string, Instant>()
  /** Acknowledgements that wait for the client, by ticket. */
  readonly #waiting = new Map<string, { readonly nodeId: string; readonly ack: LogAck }>()
  readonly #began: Instant
  #members: ReadonlyMap<string, LogMember> | undefined
  #gone = false
  #renewAt: Instant
  #outgoing: Array<LogMessage> = []
  #chunks: Array<LogChunk> = []
  #over = false

  constructor(id: string, selector: LogSelector, options: LogOptions, now: Instant) {
    this.id = id
    this.#selector = selector
    this.#options = options
    this.#began = now
    this.#renewAt = now
  }

  get isOver(): boolean {
    return this.#over
  }

  /** Messages for the leader. */
  messages(): ReadonlyArray<LogMessage> {
    const outgoing = this.#outgoing
    this.#outgoing = []
    return outgoing
  }

  chunks(): ReadonlyArray<LogChunk> {
    const chunks = this.#chunks
    this.#chunks = []
    return chunks
  }

  nextWake(): Instant {
    let next = this.#renewAt
    for (const since of this.#unreachable.values()) next = earliest(next, since + gap_ms) ?? next
    return next
  }

  /** Something that may concern it has changed: a task of its services, or the leader. */
  renew(now: Instant): void {
    this.#renewAt = now
  }

  concerns(task: { readonly ID: string; readonly ServiceID: string }): boolean {
    return this.#selector.services.includes(task.ServiceID) || this.#selector.tasks.includes(task.ID)
  }

  wake(now: Instant): void {
    if (this.#over) return
    this.#lookForGaps(now)
    if (now < this.#renewAt) return
    if (this.#members === undefined && now - this.#began >= leaderless_ms) {
      this.#end("the swarm does not have a leader that could say where the tasks are")
      return
    }
    this.#renewAt = now + (this.#members === undefined ? retry_ms : renew_ms)
    const { id } = this
    const read = Object.fromEntries(this.#read)
    this.#outgoing.push({ type: "subscribe", id, selector: this.#selector, options: this.#options, read })
  }

  members(now: Instant, { members, gone }: Extract<LogMessage, { readonly type: "members" }>): void {
    if (this.#over) return
    this.#members = new Map(members.map((member) => [member.taskId, member]))
    this.#gone = gone
    for (const { nodeId, taskId, reachable } of members) {
      if (!this.#heard.has(nodeId)) this.#heard.set(nodeId, now)
      if (reachable) {
        this.#unreachable.delete(nodeId)
        // A node that is back tells what was missing, if the client is still there to hear it.
        if (this.#options.follow) this.#missing.delete(taskId)
      } else if (!this.#unreachable.has(nodeId)) this.#unreachable.set(nodeId, now)
    }
    this.#lookForGaps(now)
  }

  batch(now: Instant, nodeId: string, batch: LogBatch): void {
    if (this.#over) return
    this.#heard.set(nodeId, now)
    const ticket = batch.batchId
    if (this.#waiting.has(ticket)) return
    const lines: Array<LogLines> = []
    const resume: Array<LogAck["resume"][number]> = []
    for (const { taskId, from, to, entries, done } of batch.parts) {
      const member = this.#members?.get(taskId)
      if (member?.nodeId !== nodeId) continue
      const position = this.#read.get(taskId)
      if (samePosition(from, position)) {
        if (to) this.#read.set(taskId, to)
        if (entries.length > 0) lines.push({ member, entries })
        if (done) this.#done.add(taskId)
      } else if (!samePosition(to, position)) resume.push({ taskId, ...(position && { position }) })
    }
    const ack = { nodeId, ack: { batchId: ticket, resume } }
    if (lines.length > 0) {
      this.#waiting.set(ticket, ack)
      this.#chunks.push({ type: "lines", ticket, parts: lines })
    } else this.#acknowledge(ack)
    this.#endWhenDone(now)
  }

  taken(ticket: string): void {
    const ack = this.#waiting.get(ticket)
    this.#waiting.delete(ticket)
    if (ack) this.#acknowledge(ack)
  }

  /** The client has gone. */
  stop(): void {
    if (!this.#over) this.#unsubscribe()
    this.#over = true
  }

  #acknowledge({ nodeId, ack }: { readonly nodeId: string; readonly ack: LogAck }): void {
    this.#outgoing.push({ type: "ack", id: this.id, nodeId, ack })
  }

  /** Tells the client what it will not hear, once for each task and absence. */
  #lookForGaps(now: Instant): void {
    for (const member of this.#members?.values() ?? []) {
      const { nodeId, taskId } = member
      if (this.#done.has(taskId) || this.#missing.has(taskId)) continue
      const since = this.#unreachable.get(nodeId)
      const absent = since !== undefined && now - since >= gap_ms
      const mute = !this.#options.follow && now - (this.#heard.get(nodeId) ?? now) >= silence_ms
      if (!absent && !mute) continue
      this.#missing.add(taskId)
      this.#chunks.push({ type: "lines", parts: [{ member, entries: [missing(now, member)] }] })
    }
    for (const [nodeId, since] of this.#unreachable) if (now - since >= gap_ms) this.#unreachable.set(nodeId, Infinity)
    this.#endWhenDone(now)
  }

  #endWhenDone(now: Instant): void {
    if (this.#members === undefined || this.#over) return
    const endless = this.#options.follow && this.#selector.services.length > 0 && !this.#gone
    if (endless) return
    const open = [...this.#members.keys()].some((taskId) => !this.#done.has(taskId) && !this.#missing.has(taskId))
    if (!open || (this.#gone && this.#members.size === 0)) this.#end(undefined)
    else this.#renewAt = Math.min(this.#renewAt, now + renew_ms)
  }

  #end(error: string | undefined): void {
    this.#unsubscribe()
    this.#over = true
    this.#chunks.push({ type: "end", ...(error !== undefined && { error }) })
  }

  #unsubscribe(): void {
    const nodes = [...new Set([...(this.#members?.values() ?? [])].map(({ nodeId }) => nodeId))]
    if (nodes.length > 0) this.#outgoing.push({ type: "unsubscribe", id: this.id, nodes })
  }
}

const missing = (at: Instant, { hostname, name }: LogMember) => ({
  stream: "stderr" as const,
  at,
  data: `drydock: ${hostname} cannot be reached: what ${name} writes is missing here\n`,
})
