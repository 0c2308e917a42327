import type { Message } from "../message.ts"
import type { Term } from "../types.ts"
import { readEntries, writeEntries } from "./entry.ts"
import type { Reader } from "./reader.ts"
import { readSnapshotMetadata, writeSnapshotMetadata } from "./snapshot.ts"
import type { Writer } from "./writer.ts"

/** How one type of message is laid out after its tag and its term. `read` takes what `write` writes, in the same order. */
export interface Layout<M extends Message> {
  /** What stands for the type in a frame. Never given to another type. */
  readonly tag: number
  readonly write: (w: Writer, message: M) => void
  readonly read: (r: Reader, term: Term) => M
}

type Layouts = { readonly [Type in Message["type"]]: Layout<Extract<Message, { type: Type }>> }

/** For types that have nothing but their term. */
const empty = (): void => {}

export const layouts: Layouts = {
  append: {
    tag: 1,
    write: (w, m) => {
      w.uint(m.prevIndex)
      w.uint(m.prevTerm)
      w.uint(m.commit)
      writeEntries(w, m.prevIndex, m.entries)
    },
    read: (r, term) => {
      const prevIndex = r.uint()
      const prevTerm = r.uint()
      const commit = r.uint()
      return { type: "append", term, prevIndex, prevTerm, entries: readEntries(r, prevIndex), commit }
    },
  },
  "append-reply": {
    tag: 2,
    write: (w, m) => {
      w.bool(m.accepted)
      w.uint(m.index)
      w.uint(m.hintIndex)
      w.uint(m.hintTerm)
    },
    read: (r, term) => {
      const accepted = r.bool()
      return { type: "append-reply", term, accepted, index: r.uint(), hintIndex: r.uint(), hintTerm: r.uint() }
    },
  },
  heartbeat: {
    tag: 3,
    write: (w, m) => {
      w.uint(m.commit)
      w.uint(m.round)
    },
    read: (r, term) => ({ type: "heartbeat", term, commit: r.uint(), round: r.uint() }),
  },
  "heartbeat-reply": {
    tag: 4,
    write: (w, m) => w.uint(m.round),
    read: (r, term) => ({ type: "heartbeat-reply", term, round: r.uint() }),
  },
  vote: {
    tag: 5,
    write: (w, m) => {
      w.uint(m.lastIndex)
      w.uint(m.lastTerm)
      w.bool(m.transfer)
    },
    read: (r, term) => ({ type: "vote", term, lastIndex: r.uint(), lastTerm: r.uint(), transfer: r.bool() }),
  },
  "vote-reply": {
    tag: 6,
    write: (w, m) => w.bool(m.granted),
    read: (r, term) => ({ type: "vote-reply", term, granted: r.bool() }),
  },
  "pre-vote": {
    tag: 7,
    write: (w, m) => {
      w.uint(m.lastIndex)
      w.uint(m.lastTerm)
    },
    read: (r, term) => ({ type: "pre-vote", term, lastIndex: r.uint(), lastTerm: r.uint() }),
  },
  "pre-vote-reply": {
    tag: 8,
    write: (w, m) => w.bool(m.granted),
    read: (r, term) => ({ type: "pre-vote-reply", term, granted: r.bool() }),
  },
  snapshot: {
    tag: 9,
    write: (w, m) => {
      writeSnapshotMetadata(w, m.snapshot)
      w.uint(m.size)
      w.uint(m.offset)
      w.uint32(m.checksum)
      w.bytes(m.data)
    },
    read: (r, term) => {
      const snapshot = readSnapshotMetadata(r)
      const size = r.uint()
      const offset = r.uint()
      const checksum = r.uint32()
      return { type: "snapshot", term, snapshot, size, offset, data: r.bytes(), checksum }
    },
  },
  "snapshot-reply": {
    tag: 10,
    write: (w, m) => {
      w.uint(m.index)
      w.uint(m.offset)
    },
    read: (r, term) => ({ type: "snapshot-reply", term, index: r.uint(), offset: r.uint() }),
  },
  "read-index": {
    tag: 11,
    write: (w, m) => w.uint(m.request),
    read: (r, term) => ({ type: "read-index", term, request: r.uint() }),
  },
  "read-index-reply": {
    tag: 12,
    write: (w, m) => {
      w.uint(m.request)
      w.uint(m.index)
    },
    read: (r, term) => ({ type: "read-index-reply", term, request: r.uint(), index: r.uint() }),
  },
  "timeout-now": {
    tag: 13,
    write: empty,
    read: (_, term) => ({ type: "timeout-now", term }),
  },
  propose: {
    tag: 14,
    write: (w, m) => {
      w.uint(m.request)
      w.bytes(m.data)
    },
    read: (r, term) => ({ type: "propose", term, request: r.uint(), data: r.bytes() }),
  },
  "propose-reply": {
    tag: 15,
    write: (w, m) => {
      w.uint(m.request)
      w.uint(m.index)
    },
    read: (r, term) => ({ type: "propose-reply", term, request: r.uint(), index: r.uint() }),
  },
  removed: {
    tag: 16,
    write: empty,
    read: (_, term) => ({ type: "removed", term }),
  },
}
