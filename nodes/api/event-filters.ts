import type { EngineMessage } from "../engine-message.ts"
import { hasLabels, isOneOf, valuesOf } from "../manager/control/filters.ts"
import type { Filters } from "../manager/control/request.ts"

/** Filters that name an object, by the type of its messages; other messages do not pass them (moby daemon/events/filter.go). */
const named = ["daemon", "container", "plugin", "volume", "network", "node", "service", "secret", "config"]

/** Unknown keys are passed over, as by the engine. */
export function messageMatches(message: EngineMessage, filters: Filters): boolean {
  const { Type, Action, Actor, scope } = message
  return (
    actionMatches(Action, valuesOf(filters, "event")) &&
    isOneOf(Type, valuesOf(filters, "type")) &&
    isOneOf(scope, valuesOf(filters, "scope")) &&
    named.every((kind) => namesIt(message, kind, valuesOf(filters, kind))) &&
    imageMatches(message, valuesOf(filters, "image")) &&
    hasLabels(Actor.Attributes, valuesOf(filters, "label"))
  )
}

/** "health_status: healthy" and "exec_start: sh" are found by what stands before the colon too. */
const actionMatches = (action: string, wanted: ReadonlyArray<string>): boolean =>
  wanted.length === 0 || wanted.some((one) => action === one || action.startsWith(`${one}:`))

function namesIt({ Type, Actor }: EngineMessage, kind: string, wanted: ReadonlyArray<string>): boolean {
  if (wanted.length === 0) return true
  if (Type !== kind) return false
  const { name = "" } = Actor.Attributes
  return wanted.some((one) => Actor.ID.startsWith(one) || name.startsWith(one))
}

function imageMatches({ Type, Actor }: EngineMessage, wanted: ReadonlyArray<string>): boolean {
  if (wanted.length === 0) return true
  const image = Type === "image" ? (Actor.Attributes.name ?? Actor.ID) : (Actor.Attributes.image ?? "")
  const untagged = (text: string) => text.replace(/:[^:/]*$/, "")
  return wanted.some((one) => one === image || one === Actor.ID || one === untagged(image))
}
