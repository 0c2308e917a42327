import { EventEmitter } from "node:events"
import { PassThrough } from "node:stream"
import type { WatchIo } from "../../../cli/watch/showing.ts"
import { ScreenModel } from "./screen-model.ts"

/** A terminal's output: what was written, and what it looks like. */
export class FakeOutput extends EventEmitter {
  readonly screen = new ScreenModel()
  readonly writes: string[] = []
  columns: number
  rows: number

  constructor(columns: number, rows: number) {
    super()
    this.columns = columns
    this.rows = rows
  }

  write(text: string): boolean {
    this.writes.push(text)
    this.screen.write(text)
    return true
  }

  resize(columns: number, rows: number): void {
    this.columns = columns
    this.rows = rows
    this.screen.garble()
    this.emit("resize")
  }
}

/** A keyboard. */
export class FakeInput extends PassThrough {
  readonly isTTY = true
  raw = false

  setRawMode(raw: boolean): this {
    this.raw = raw
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

export interface FakeIo extends WatchIo {
  readonly stdout: FakeOutput
  readonly keyboard: FakeInput
  readonly errors: string[]
}

export function fakeIo(options: { isTTY?: boolean; columns?: number; rows?: number } = {}): FakeIo {
  const { isTTY = true, columns = 80, rows = 24 } = options
  const keyboard = new FakeInput()
  const errors: string[] = []
  return {
    stdout: new FakeOutput(columns, rows),
    stderr: { write: (text) => errors.push(text) },
    // Of a terminal's input only what FakeInput has is used.
    stdin: keyboard as PassThrough as unknown as NodeJS.ReadStream,
    keyboard,
    errors,
    isTTY,
    columns,
    env: { LANG: "C.UTF-8", TERM: "xterm-256color" },
  }
}
