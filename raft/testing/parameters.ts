import type { ConfigurationChange } from "../membership.ts"
import type { Message } from "../message.ts"
import type { MemberId } from "../types.ts"
import type { Link, Which } from "./mail.ts"
import type { Member, Process } from "./member.ts"
import { bad, both, good, many, type Parameter, word } from "./parameter.ts"

export interface Running {
  readonly member: Member
  readonly process: Process
}

export const count = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)
const positive = (text: string): number | undefined => count(text) || undefined

export const id: Parameter<MemberId> = word("ID", positive, "the number of a member")

export const number: Parameter<number> = word("COUNT", positive, "a number above 0")

export const span: Parameter<number> = word(
  "SPAN",
  (text) => (text.endsWith("ms") ? count(text.slice(0, -2)) : undefined),
  "a span of time, like 150ms",
)

export const member: Parameter<Member> = {
  usage: "ID",
  read(words, conversation) {
    const read = id.read(words, conversation)
    if (!read.ok) return read
    const found = conversation.member(read.value)
    return found === undefined ? bad(`there is no member ${read.value}`) : good(found, read.rest)
  },
}

/** A member whose process runs. */
export const running: Parameter<Running> = {
  usage: "ID",
  read(words, conversation) {
    const read = member.read(words, conversation)
    if (!read.ok) return read
    const { process } = read.value
    return process === undefined
      ? bad(`member ${read.value.id} is down`)
      : good({ member: read.value, process }, read.rest)
  },
}

export const link: Parameter<Link> = word(
  "FROM->TO",
  (text, conversation) => {
    const ends = /^(\d+|\*)->(\d+|\*)$/.exec(text)
    if (ends === null) return undefined
    const [from, to] = [ends[1], ends[2]].map((end) => (end === "*" ? undefined : Number(end)))
    const known = [from, to].every((end) => end === undefined || conversation.member(end) !== undefined)
    return known ? { from, to } : undefined
  },
  "from one member to another, like 1->2, or * for any of them",
)

/** Every kind of message, as a table so that the compiler sees to it that none is missing. */
const types: Readonly<Record<Message["type"], true>> = {
  vote: true,
  "vote-reply": true,
  "pre-vote": true,
  "pre-vote-reply": true,
  append: true,
  "append-reply": true,
  heartbeat: true,
  "heartbeat-reply": true,
  snapshot: true,
  "snapshot-reply": true,
  "read-index": true,
  "read-index-reply": true,
  "timeout-now": true,
  propose: true,
  "propose-reply": true,
  removed: true,
}

const isType = (text: string): text is Message["type"] => Object.hasOwn(types, text)

const positionOf = (text: string): number | undefined => (text === "first" ? 1 : text === "last" ? -1 : positive(text))

const restriction = word<Message["type"] | number>(
  "TYPE|first|last|N",
  (text) => (isType(text) ? text : positionOf(text)),
  "a type of message, first, last or a position",
)

/** `1->2`, `1->2 append`, `1->2 append last`, `1->2 3`. */
export const which: Parameter<Which> = {
  usage: "FROM->TO [TYPE] [first|last|N]",
  read(words, conversation) {
    const read = both(link, many(restriction, 0)).read(words, conversation)
    if (!read.ok) return read
    const [on, restrictions] = read.value
    const type = restrictions.find((one) => typeof one === "string")
    const position = restrictions.find((one) => typeof one === "number")
    return good({ link: on, type, position }, read.rest)
  },
}

const kinds: Readonly<Record<ConfigurationChange["type"], true>> = {
  "add-voter": true,
  "add-learner": true,
  join: true,
  demote: true,
  remove: true,
}
const isKind = (text: string): text is ConfigurationChange["type"] => Object.hasOwn(kinds, text)
const kind = word("KIND", (text) => (isKind(text) ? text : undefined), `one of ${Object.keys(kinds).join(", ")}`)

/** `add-learner 4 remove 2`. */
export const changes: Parameter<ReadonlyArray<ConfigurationChange>> = {
  usage: "KIND ID...",
  read(words, conversation) {
    const read = many(both(kind, id), 1).read(words, conversation)
    return read.ok
      ? good(
          read.value.map(([type, changed]) => ({ type, id: changed })),
          read.rest,
        )
      : read
  },
}

/** `name=value`. */
export const assignment: Parameter<readonly [name: string, value: string]> = word(
  "NAME=VALUE",
  (text) => {
    const at = text.indexOf("=")
    return at <= 0 ? undefined : ([text.slice(0, at), text.slice(at + 1)] as const)
  },
  "of the form name=value",
)

export const members = many(member, 0)
export const ids = many(id, 1)
