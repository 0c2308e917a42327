import type { LogEntry } from "../../log-entry.ts"
import type { LogMember } from "../../log-protocol.ts"

/** What a reader of logs is told. After an end nothing follows. */
export type LogChunk =
  /** Nothing more of this node comes before the ticket is given back (`logs-taken`). Without one it came from nowhere and waits for nothing. */
  | { readonly type: "lines"; readonly ticket?: string; readonly parts: ReadonlyArray<LogLines> }
  | { readonly type: "end"; readonly error?: string }

export interface LogLines {
  readonly member: LogMember
  readonly entries: ReadonlyArray<LogEntry>
}
