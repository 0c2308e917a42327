import type { Instant } from "../core/instant.ts"

/** One line (or a part of one that is too long) as a container wrote it. */
export interface LogEntry {
  readonly stream: "stdout" | "stderr"
  readonly at: Instant
  /** RFC 3339 with nanoseconds, where the engine knows them. */
  readonly time?: string
  /** Bytes, one a character (latin1), line end included. */
  readonly data: string
}
