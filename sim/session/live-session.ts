import * as Result from "effect/Result"
import type { Answer } from "../../core/errors.ts"
import { seconds } from "../../core/instant.ts"
import type { ControlRequest } from "../../nodes/manager/control/request.ts"
import { RequestRefused, TookTooLong } from "../cluster/cluster-view.ts"
import { digestOf } from "./digest.ts"
import { type Input, inputOf } from "./input.ts"
import { RecordingWriter } from "./recording.ts"
import { Diverged, type Ears, type Entry, type Moment, Session, type SessionOptions } from "./session.ts"
import { SessionLog } from "./session-log.ts"

export interface LiveSessionOptions extends SessionOptions {
  /** Takes each line of the recording before what it tells of happens; false when it cannot, and then that does not happen. */
  readonly record?: (line: string) => boolean
  /** The version of this program, for the recording. */
  readonly program?: string
  readonly log?: SessionLog
  readonly trace?: boolean
}

/** A session that remembers, and writes down, what comes in. */
export class LiveSession extends Session {
  readonly log: SessionLog
  readonly #writer = new RecordingWriter()
  readonly #record: ((line: string) => boolean) | undefined
  #marked: Moment | undefined
  #readers = 0

  constructor({ record, program = "", log, trace = false, ...options }: LiveSessionOptions) {
    super(options, { trace })
    this.log = log ?? new SessionLog()
    this.#record = record
    record?.(this.#writer.header(options, program))
  }

  /** What happens is what a replay will read: the input goes through JSON first. False: it could not be recorded. */
  override take(given: Input, ears?: Ears): boolean {
    const text = JSON.stringify(given)
    const input = inputOf(JSON.parse(text))
    // What cannot come in is not to stand in the recording.
    const objection = input === undefined ? `no input: ${text}` : this.objection(input)
    if (input === undefined || objection !== undefined) throw new Diverged(objection ?? "no input")
    const entry: Entry = { ...this.moment, input }
    if (!this.#written((writer) => writer.entry(entry))) return false
    this.log.add(entry, text.length)
    return super.take(input, ears)
  }

  /** Asks the first manager that is up and lets time pass until it answers. Throws what it refuses. */
  ask(request: ControlRequest): unknown {
    const { cluster } = this
    const host = cluster.world.managers.find(({ running }) => running)
    if (host === undefined) throw new TookTooLong("no manager is up to ask")
    let given: Answer<unknown> | undefined
    const answer = (it: Answer<unknown>) => {
      given = it
    }
    if (!this.take({ type: "request", host: host.name, request }, { answer })) throw new Error("it cannot be recorded")
    cluster.runUntil(() => given !== undefined, { what: `an answer to ${request.op}`, within: seconds(30) })
    if (given === undefined) throw new TookTooLong(request.op)
    if (Result.isFailure(given)) throw new RequestRefused(given.failure)
    return given.success
  }

  /** A number for somebody who begins to read logs. */
  newReader(): number {
    return ++this.#readers
  }

  /** Writes down how far it has come, before somebody is told what came of an input. False: then he is not to be told. */
  reached(): boolean {
    return this.#written((writer) => writer.reached(this.moment))
  }

  /** Writes down where the world stands, if anything happened since that was last done. */
  mark(): void {
    const { moment } = this
    if (moment.event === this.#marked?.event && moment.at === this.#marked.at) return
    this.#marked = moment
    this.#written((writer) => writer.mark({ ...moment, digest: digestOf(this.cluster) }))
  }

  /** Where nobody records, no line is made. */
  #written(line: (writer: RecordingWriter) => string): boolean {
    return this.#record === undefined || this.#record(line(this.#writer))
  }
}
