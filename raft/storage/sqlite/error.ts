import { SqliteError } from "./better-sqlite3.ts"

/**
 * - full: no room on the disk.
 * - read-only: the file, its folder or its file system cannot be written.
 * - locked: another process has the file.
 * - sealed: what is stored is sealed, and the key is missing or another one.
 * - damaged: what is stored is not what was saved. Acknowledged entries may be gone: this member must not go on with it.
 * - failed: the disk or the file system refused in another way. What is durable is not known until the file is opened again.
 */
export type StorageFault = "full" | "read-only" | "locked" | "sealed" | "damaged" | "failed"

/** The storage cannot do what it was asked for, and nothing of that counts as durable: a member steps down. */
export class StorageError extends Error {
  override readonly name = "StorageError"
  readonly _tag = "StorageError"
  readonly fault: StorageFault
  /** The database's file. */
  readonly path: string

  constructor(fault: StorageFault, path: string, detail: string, options?: ErrorOptions) {
    super(`${path}: ${detail}. ${advice[fault](path)}`, options)
    this.fault = fault
    this.path = path
  }
}

const advice: { readonly [Fault in StorageFault]: (path: string) => string } = {
  full: () => "Make room on its disk; nothing that was acknowledged is lost",
  "read-only": () => "Make the file and its folder writable for this user; nothing that was acknowledged is lost",
  locked: () => "End the other process first: one process at a time may run this member",
  sealed: () => "Give the key that it was sealed with; nothing that was acknowledged is lost",
  damaged: (path) =>
    `What this member had acknowledged may be lost, so it must not vote or count any more. Recover from its peers: remove this member from the group, move ${path} and the files beside it that begin with its name out of the way, and let it join again as a new member`,
  failed: () => "Look into the system's log for the disk, then start the member again: it checks what is stored",
}

/**
 * What the medium's refusal is, as a StorageError. Anything else comes back as it is: an application's wrong statement, a broken
 * invariant. `otherwise` is the fault of what sqlite refused for a reason that is not the medium's.
 */
export function storageErrorOf(error: unknown, path: string, otherwise?: StorageFault): unknown {
  if (!(error instanceof SqliteError) && !isSystemError(error)) return error
  const fault = faultOf(error.code) ?? (error instanceof SqliteError ? otherwise : "failed")
  return fault === undefined
    ? error
    : new StorageError(fault, path, `${error.message} (${error.code})`, { cause: error })
}

const isSystemError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string"

const faultOf = (code: string): StorageFault | undefined => faults.find(([pattern]) => pattern.test(code))?.[1]

const faults: ReadonlyArray<readonly [RegExp, StorageFault]> = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)$/, "full"],
  [/^(SQLITE_READONLY.*|SQLITE_PERM|SQLITE_CANTOPEN.*|EROFS|EACCES|EPERM)$/, "read-only"],
  [/^(SQLITE_BUSY.*|SQLITE_LOCKED.*|SQLITE_PROTOCOL)$/, "locked"],
  [/^(SQLITE_CORRUPT.*|SQLITE_NOTADB|SQLITE_IOERR_DATA|SQLITE_IOERR_CORRUPTFS|SQLITE_IOERR_SHORT_READ)$/, "damaged"],
  [/^(SQLITE_IOERR.*|SQLITE_NOMEM|SQLITE_NOLFS|SQLITE_INTERNAL)$/, "failed"],
]
