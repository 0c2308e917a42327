import type { Instant } from "../core/instant.ts"
import { limits } from "../core/limits.ts"
import type { Applied } from "../core/store/change.ts"
import type { EngineMessage } from "./engine-message.ts"
import { swarmMessagesOf } from "./swarm-messages.ts"

export type MessageListener = (message: EngineMessage) => void

/** What happened on one machine and in its cluster, for GET /events: the latest messages, and whoever waits for more. */
export class EventLog {
  #messages: Array<EngineMessage> = []
  readonly #listeners = new Set<MessageListener>()
  /** A manager that starts anew applies entries again that it has told of already. */
  #index = 0

  /** Oldest first. */
  get messages(): ReadonlyArray<EngineMessage> {
    return this.#messages
  }

  add(message: EngineMessage): void {
    this.#messages.push(message)
    if (this.#messages.length > limits.rememberedEvents) this.#messages = this.#messages.slice(-limits.rememberedEvents)
    for (const listener of [...this.#listeners]) listener(message)
  }

  /** The manager here applied an entry of the log. */
  applied(at: Instant, index: number, changes: ReadonlyArray<Applied>): void {
    if (index <= this.#index) return
    this.#index = index
    for (const message of swarmMessagesOf(at, changes)) this.add(message)
  }

  /** The machine went down: it remembers nothing of what it told. */
  forget(): void {
    this.#messages = []
  }

  /** Returns how to stop listening. */
  listen(listener: MessageListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
