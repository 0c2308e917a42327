import * as Result from "effect/Result"
import type { ApiError } from "../../../core/errors.ts"
import type { Envelope, Outcome } from "../../envelope.ts"
import { agentMessage } from "./agent-message.ts"
import { wayOf } from "./way.ts"

type JsonEnvelope = Exclude<Envelope, { readonly kind: "raft" }>

/** The JSON value that stands for an envelope. Results travel as what they hold. */
export function toJson(envelope: JsonEnvelope): unknown {
  switch (envelope.kind) {
    case "forward":
      return { id: envelope.id, request: envelope.request }
    case "forwarded":
      return { id: envelope.id, outcome: outcomeToJson(envelope.outcome) }
    case "join":
      return { member: envelope.member, addr: envelope.addr }
    case "way":
      return envelope.way
    case "agent":
    case "dispatch":
    case "logs":
      return envelope.message
  }
}

/**
 * The envelope again, undefined for what is none. Managers share one store and one key: their content is taken as it comes once its outer shape
 * is right. What workers may send is checked to the last field.
 */
export function fromJson(kind: JsonEnvelope["kind"], json: unknown): JsonEnvelope | undefined {
  if (!isRecord(json)) return undefined
  switch (kind) {
    case "forward":
      if (typeof json.id !== "string" || !isRecord(json.request) || typeof json.request.op !== "string")
        return undefined
      return { kind, id: json.id, request: trusted(json.request) }
    case "forwarded": {
      const outcome = outcomeFromJson(json.outcome)
      return typeof json.id === "string" && outcome ? { kind, id: json.id, outcome } : undefined
    }
    case "agent": {
      const message = agentMessage(json)
      return message && { kind, message }
    }
    case "dispatch":
      return typeof json.type === "string" ? { kind, message: trusted(json) } : undefined
    case "join":
      return typeof json.member === "number" && typeof json.addr === "string"
        ? { kind, member: json.member, addr: json.addr }
        : undefined
    case "way": {
      const way = wayOf(json)
      return way && { kind, way }
    }
    case "logs":
      return typeof json.type === "string" ? { kind, message: trusted(json) } : undefined
  }
}

function outcomeToJson(outcome: Outcome): unknown {
  if (outcome.type === "undone") return { undone: true }
  return Result.isSuccess(outcome.answer) ? { value: outcome.answer.success } : { error: outcome.answer.failure }
}

function outcomeFromJson(json: unknown): Outcome | undefined {
  if (!isRecord(json)) return undefined
  if (json.undone === true) return { type: "undone" }
  const { error } = json
  if (error === undefined) return { type: "answered", answer: Result.succeed(json.value) }
  if (!isRecord(error) || typeof error.status !== "number" || typeof error.message !== "string") return undefined
  return { type: "answered", answer: Result.fail(trusted<ApiError>(error)) }
}

const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null && !Array.isArray(json)

/** What another manager wrote, with the same program: its certificate vouches for its shape. */
const trusted = <Shape>(json: Readonly<Record<string, unknown>>): Shape => json as Shape
