import { type TableName, type Tables, tableNames } from "./tables.ts"

/** One object written or deleted. */
export type Change = { [T in TableName]: Put<T> | Delete<T> }[TableName]

interface Put<T extends TableName> {
  readonly op: "put"
  readonly table: T
  readonly object: Tables[T]
}

interface Delete<T extends TableName> {
  readonly op: "delete"
  readonly table: T
  readonly id: string
}

/** What one transaction did, at most one change an object: the payload of a log entry. Versions are given when it applies. */
export type ChangeSet = ReadonlyArray<Change>

/** A change as it happened to the store: before is undefined for a new object, after for a deleted one. */
export type Applied = { [T in TableName]: AppliedTo<T> }[TableName]

export interface AppliedTo<T extends TableName> {
  readonly table: T
  readonly id: string
  readonly before: Tables[T] | undefined
  readonly after: Tables[T] | undefined
}

const format = 1
const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { fatal: true })

/** A change set as bytes: JSON in UTF-8 with a format number, so that a log written today can be told from a later one. */
export const encodeChangeSet = (changes: ChangeSet): Uint8Array => encoder.encode(JSON.stringify({ format, changes }))

/** The change set of such bytes. The bytes come from our own log, which is checksummed: a wrong shape is a broken invariant. */
export function decodeChangeSet(bytes: Uint8Array): ChangeSet {
  const value: unknown = JSON.parse(decoder.decode(bytes))
  if (!isPayload(value)) throw new Error("not a change set")
  if (value.format !== format) throw new Error(`change set of format ${value.format}; this program reads ${format}`)
  return value.changes
}

function isPayload(value: unknown): value is { format: number; changes: ChangeSet } {
  return (
    typeof value === "object" &&
    value !== null &&
    "format" in value &&
    "changes" in value &&
    Array.isArray(value.changes) &&
    value.changes.every(
      (change) => tableNames.includes(change.table) && (change.op === "put" ? "object" in change : "id" in change),
    )
  )
}
