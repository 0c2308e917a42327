import fc from "fast-check"
import type { Message } from "../../../raft/message.ts"
import type {
  ConfigurationData,
  Entry,
  EntryKind,
  Index,
  MemberId,
  SnapshotMetadata,
  Term,
} from "../../../raft/types.ts"

/** Small numbers mostly, and all the places where a varint gets longer. */
const uint = fc.oneof(
  { weight: 3, arbitrary: fc.nat(300) },
  fc.constantFrom(127, 128, 16_383, 16_384, 2 ** 21, 2 ** 28, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 35, 2 ** 49),
  fc.maxSafeNat(),
)
const term: fc.Arbitrary<Term> = uint
/** Leaves room for the entries after it. */
const index: fc.Arbitrary<Index> = uint.map((value) => Math.min(value, Number.MAX_SAFE_INTEGER - 100))
const data = fc.oneof({ weight: 5, arbitrary: fc.uint8Array({ maxLength: 60 }) }, fc.uint8Array({ maxLength: 1500 }))
const checksum = fc.nat(2 ** 32 - 1)
const kind = fc.constantFrom<EntryKind>("command", "configuration")
const ids: fc.Arbitrary<ReadonlyArray<MemberId>> = fc.array(uint, { maxLength: 6 })

export const entry: fc.Arbitrary<Entry> = fc.record({ index, term, kind, data }, { noNullPrototype: true })

const configuration: fc.Arbitrary<ConfigurationData> = fc.record(
  { voters: ids, outgoing: ids, learners: ids, joining: ids, demoted: ids, removed: ids },
  { noNullPrototype: true },
)

export const snapshotMetadata: fc.Arbitrary<SnapshotMetadata> = fc.record(
  { index, term, configuration, checksum },
  { noNullPrototype: true },
)

/** Consecutive, after `prevIndex`. */
const entriesAfter = (prevIndex: Index): fc.Arbitrary<ReadonlyArray<Entry>> =>
  fc
    .array(fc.record({ term, kind, data }), { maxLength: 5 })
    .map((entries) => entries.map((rest, i) => ({ index: prevIndex + 1 + i, ...rest })))

/** The fields of a type besides `type` and `term`. */
type Fields<Type extends Message["type"]> = Omit<Extract<Message, { type: Type }>, "type" | "term">
type Arbitraries = { readonly [Type in Message["type"]]: fc.Arbitrary<Fields<Type>> }

const fields: Arbitraries = {
  append: fc
    .record({ prevIndex: index, prevTerm: term, commit: index })
    .chain((rest) => entriesAfter(rest.prevIndex).map((entries) => ({ ...rest, entries }))),
  "append-reply": fc.record({ accepted: fc.boolean(), index, hintIndex: index, hintTerm: term }),
  heartbeat: fc.record({ commit: index, round: uint }),
  "heartbeat-reply": fc.record({ round: uint }),
  vote: fc.record({ lastIndex: index, lastTerm: term, transfer: fc.boolean() }),
  "vote-reply": fc.record({ granted: fc.boolean() }),
  "pre-vote": fc.record({ lastIndex: index, lastTerm: term }),
  "pre-vote-reply": fc.record({ granted: fc.boolean() }),
  snapshot: fc.record({ snapshot: snapshotMetadata, size: uint, offset: uint, data, checksum }),
  "snapshot-reply": fc.record({ index, offset: uint }),
  "read-index": fc.record({ request: uint }),
  "read-index-reply": fc.record({ request: uint, index }),
  "timeout-now": fc.constant({}),
  propose: fc.record({ request: uint, data }),
  "propose-reply": fc.record({ request: uint, index }),
  removed: fc.constant({}),
}

/** Messages of each type. */
export const messagesByType = Object.entries(fields).map(([type, rest]) => ({
  type,
  messages: fc.tuple(term, rest).map(([term, rest]) => ({ ...rest, type, term }) as Message),
}))

export const message: fc.Arbitrary<Message> = fc.oneof(...messagesByType.map(({ messages }) => messages))
