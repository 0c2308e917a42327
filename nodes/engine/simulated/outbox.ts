import type { Instant } from "../../../core/instant.ts"
import type { EngineMessage } from "../../engine-message.ts"
import type { EngineEvent } from "../engine.ts"
import type { SimulatedContainer } from "./container.ts"

export type EngineOutput =
  | { readonly type: "event"; readonly event: EngineEvent }
  /** For observers: a line of `docker events`. */
  | { readonly type: "message"; readonly message: EngineMessage }

/** What a simulated engine has to say at the end of a step: events to its agent, and messages to whoever observes it. */
export class Outbox {
  #outputs: Array<EngineOutput> = []

  emit(event: EngineEvent): void {
    this.#outputs.push({ type: "event", event })
  }

  emitAll(events: ReadonlyArray<EngineEvent>): void {
    for (const event of events) this.emit(event)
  }

  /** A message with the attributes that Docker gives to those about a container: its labels, its image and its name. */
  about(at: Instant, container: SimulatedContainer, Action: string, more: Readonly<Record<string, string>> = {}): void {
    const { Id, Image: image, Name: name, Request } = container
    this.tell(at, {
      Type: "container",
      Action,
      Actor: { ID: Id, Attributes: { ...Request.labels, image, name, ...more } },
    })
  }

  tell(at: Instant, message: Pick<EngineMessage, "Type" | "Action" | "Actor">): void {
    this.#outputs.push({ type: "message", message: { ...message, scope: "local", at } })
  }

  /** All that was said since the last time. */
  take(): ReadonlyArray<EngineOutput> {
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
  }
}
