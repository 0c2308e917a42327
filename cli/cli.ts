import type { Engine } from "./client/engine.ts"

/** Where a command reads and writes, and what it knows of its surroundings: the whole world as commands see it. */
export interface Cli {
  readonly engine: Engine
  /** The address of the engine, as given. */
  readonly host: string
  /** Bytes are written as they are: what a container prints need be no text. */
  out(text: string | Uint8Array): void
  err(text: string | Uint8Array): void
  /** Whether stdout is a terminal: progress is then redrawn in place. */
  readonly isTerminal: boolean
  /** Columns of that terminal. */
  readonly columns: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** All of it, or what there is until a little more than `limit` bytes have come. */
  stdin(limit?: number): Promise<Buffer>
  /** Milliseconds since the epoch. */
  now(): number
  sleep(milliseconds: number): Promise<void>
  /** Calls back on SIGINT instead of dying, until the returned function is called. */
  onInterrupt(act: () => void): () => void
}
