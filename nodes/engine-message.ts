import type { Instant } from "../core/instant.ts"

/** What `docker events` shows: something that happened to a container, an image, or an object of the swarm. */
export interface EngineMessage {
  readonly Type: string
  readonly Action: string
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> }
  readonly scope: "local" | "swarm"
  readonly at: Instant
}

/** One line of GET /events. Containers and images carry what they are in a second, older form too. */
export function renderMessage({ Type, Action, Actor, scope, at }: EngineMessage): string {
  const old =
    Type === "container"
      ? { status: Action, id: Actor.ID, from: Actor.Attributes.image ?? "" }
      : Type === "image"
        ? { status: Action, id: Actor.ID }
        : {}
  const message = JSON.stringify({ ...old, Type, Action, Actor, scope, time: Math.floor(at / 1_000) })
  // Nanoseconds since 1970 are more than a number holds.
  return `${message.slice(0, -1)},"timeNano":${at}000000}\n`
}
