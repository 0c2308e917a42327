import type { LogEntry } from "../../log-entry.ts"
import type { EngineCommand, EngineEvent } from "../engine.ts"
import type { Outputs } from "./output.ts"

/** Entries in one event. */
const entriesMax = 500

/** Who reads the logs of containers, and who waits for what they will write. */
export class LogReaders {
  readonly #outputs: Outputs
  /** Commands that the engine has accepted but not begun. */
  readonly #expected = new Set<number>()
  /** Container followed, by the number of the command. */
  readonly #following = new Map<number, string>()

  constructor(outputs: Outputs) {
    this.#outputs = outputs
  }

  expect(command: number): void {
    this.#expected.add(command)
  }

  begin(
    number: number,
    command: Extract<EngineCommand, { readonly op: "logs" }>,
    running: boolean,
  ): ReadonlyArray<EngineEvent> {
    if (!this.#expected.delete(number)) return []
    const { containerId, follow, since, tail } = command
    const events = this.#told(number, this.#outputs.read(containerId, since, tail))
    if (!follow || !running) return [...events, done(number)]
    this.#following.set(number, containerId)
    return events
  }

  written(containerId: string, entries: ReadonlyArray<LogEntry>): ReadonlyArray<EngineEvent> {
    return this.#of(containerId).flatMap((number) => this.#told(number, entries))
  }

  ended(containerId: string): ReadonlyArray<EngineEvent> {
    return this.#of(containerId).map((number) => {
      this.#following.delete(number)
      return done(number)
    })
  }

  stop(number: number): ReadonlyArray<EngineEvent> {
    return this.#expected.delete(number) || this.#following.delete(number) ? [done(number)] : []
  }

  #of(containerId: string): ReadonlyArray<number> {
    return [...this.#following].filter(([, id]) => id === containerId).map(([number]) => number)
  }

  #told(command: number, entries: ReadonlyArray<LogEntry>): ReadonlyArray<EngineEvent> {
    const events: Array<EngineEvent> = []
    for (let at = 0; at < entries.length; at += entriesMax) {
      events.push({ type: "log", command, entries: entries.slice(at, at + entriesMax) })
    }
    return events
  }
}

const done = (command: number): EngineEvent => ({ type: "done", command, reply: { op: "logs" } })
