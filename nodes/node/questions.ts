import * as Result from "effect/Result"
import type { Answer } from "../../core/errors.ts"
import type { LogOptions, LogSelector } from "../log-protocol.ts"
import type { ControlRequest } from "../manager/control/request.ts"
import type { ManagerInput } from "../manager/io.ts"
import type { LogChunk } from "../manager/logs/chunk.ts"
import * as words from "./words.ts"

export type Reply = (answer: Answer<unknown>) => void

/** The client's side of a reading of logs. */
export interface LogReader {
  /** The client has taken what came with this ticket. */
  readonly taken: (ticket: string) => void
  readonly stop: () => void
}

/** What this node's manager was asked and has not answered yet: requests, and logs that are being read. */
export class Questions {
  readonly #put: (input: ManagerInput) => void
  readonly #replies = new Map<number, Reply>()
  readonly #readers = new Map<number, (chunk: LogChunk) => void>()
  #last = 0

  /** `put`: to the manager, if there is one. */
  constructor(put: (input: ManagerInput) => void) {
    this.#put = put
  }

  ask(request: ControlRequest, reply: Reply): void {
    const number = ++this.#last
    this.#replies.set(number, reply)
    this.#put({ type: "request", number, request })
  }

  readLogs(selector: LogSelector, options: LogOptions, tell: (chunk: LogChunk) => void): LogReader {
    const number = ++this.#last
    this.#readers.set(number, tell)
    this.#put({ type: "logs", number, selector, options })
    return {
      taken: (ticket) => this.#put({ type: "logs-taken", number, ticket }),
      stop: () => {
        if (this.#readers.delete(number)) this.#put({ type: "logs-stop", number })
      },
    }
  }

  answered(number: number, answer: Answer<unknown>): void {
    const reply = this.#replies.get(number)
    this.#replies.delete(number)
    reply?.(answer)
  }

  read(number: number, chunk: LogChunk): void {
    this.#readers.get(number)?.(chunk)
    if (chunk.type === "end") this.#readers.delete(number)
  }

  /** There is no manager any more. Of a process that ends nobody hears an answer; what is read ends all the same. */
  end({ halted }: { readonly halted: boolean }): void {
    const replies = [...this.#replies.values()]
    this.#replies.clear()
    const readers = [...this.#readers.values()]
    this.#readers.clear()
    for (const tell of readers) tell({ type: "end", error: words.noManager.message })
    if (!halted) for (const reply of replies) reply(Result.fail(words.noManager))
  }
}
