import type { Database } from "./better-sqlite3.ts"

/**
 * Makes what is stored unreadable without a key. Given from outside: which cipher, and where the key is, is not this storage's concern.
 * Neither function throws, waits, or keeps what it is given.
 */
export interface Sealing {
  seal(plain: Uint8Array): Uint8Array
  /** What was sealed; undefined when the box was made with another key, or is not as it was made. */
  open(box: Uint8Array): Uint8Array | undefined
}

/** Begins sealed entries in the log; open ones begin with its format's version, which is never this. */
const sealedMark = 0xff

/** A frame of entries as it is stored. */
export function closed(frame: Uint8Array, sealing: Sealing | undefined): Uint8Array {
  if (sealing === undefined) return frame
  const box = sealing.seal(frame)
  const stored = new Uint8Array(1 + box.length)
  stored[0] = sealedMark
  stored.set(box, 1)
  return stored
}

/** The frame that is stored like this; undefined when it is sealed and cannot be opened. */
export function opened(stored: Uint8Array, sealing: Sealing | undefined): Uint8Array | undefined {
  return stored[0] === sealedMark ? sealing?.open(stored.subarray(1)) : stored
}

const knownText = "drydock"

/**
 * Whether what is stored can be opened: nothing is sealed, or this is the key of it. The first key ever given leaves its mark; from then on
 * nothing is read without one.
 */
export function checkSeal(database: Database, sealing: Sealing | undefined): boolean {
  const box = database.prepare("SELECT box FROM raft_seal").pluck().get()
  if (box !== undefined) {
    const text = box instanceof Uint8Array ? sealing?.open(box) : undefined
    return text !== undefined && new TextDecoder().decode(text) === knownText
  }
  if (sealing !== undefined) {
    database.prepare("INSERT INTO raft_seal VALUES (1, ?)").run(sealing.seal(new TextEncoder().encode(knownText)))
  }
  return true
}
