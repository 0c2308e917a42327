import type Docker from "dockerode"
import * as Effect from "effect/Effect"
import type { LogEntry } from "../../log-entry.ts"
import type { EngineCommand } from "../engine.ts"
import { call } from "./client.ts"
import { EngineError } from "./error.ts"
import { LogLines } from "./log-lines.ts"

type LogsCommand = Extract<EngineCommand, { readonly op: "logs" }>

/** The logs commands under way. */
export class LogReaders {
  readonly #docker: Docker
  readonly #stops = new Map<number, () => void>()

  constructor(docker: Docker) {
    this.#docker = docker
  }

  /** Tells the entries as they come; ends with the log, or when it is stopped. */
  read(
    number: number,
    command: LogsCommand,
    tell: (entries: ReadonlyArray<LogEntry>) => void,
  ): Effect.Effect<void, EngineError> {
    const container = this.#docker.getContainer(command.containerId)
    const options = {
      stdout: true,
      stderr: true,
      timestamps: true,
      ...(command.tail !== undefined && { tail: command.tail }),
      ...(command.since !== undefined && { since: seconds(command.since) }),
    }
    const open = (tty: boolean): Effect.Effect<void, EngineError> =>
      command.follow
        ? Effect.flatMap(
            call(() => container.logs({ ...options, follow: true })),
            (stream) => pour(stream, new LogLines(tty), tell),
          )
        : Effect.map(
            call(() => container.logs({ ...options, follow: false })),
            (all) => {
              const lines = new LogLines(tty)
              const entries = [...lines.take(all), ...lines.end()]
              if (entries.length > 0) tell(entries)
            },
          )
    const stopped = Effect.callback<void>((resume) => {
      this.#stops.set(number, () => resume(Effect.void))
    })
    return call(() => container.inspect()).pipe(
      Effect.flatMap(({ Config }) => open(Config.Tty)),
      Effect.raceFirst(stopped),
      Effect.ensuring(Effect.sync(() => this.#stops.delete(number))),
    )
  }

  stop(number: number): void {
    this.#stops.get(number)?.()
  }
}

/** The engine takes seconds with nine places and shows what came at that time or later. */
const seconds = (since: number): number => Number((since / 1_000).toFixed(3))

const pour = (
  stream: NodeJS.ReadableStream,
  lines: LogLines,
  tell: (entries: ReadonlyArray<LogEntry>) => void,
): Effect.Effect<void, EngineError> =>
  Effect.callback((resume) => {
    const told = (entries: ReadonlyArray<LogEntry>): void => {
      if (entries.length > 0) tell(entries)
    }
    stream.on("data", (chunk: Buffer) => told(lines.take(chunk)))
    stream.on("end", () => {
      told(lines.end())
      resume(Effect.void)
    })
    stream.on("error", (error: Error) => resume(Effect.fail(new EngineError({ message: error.message }))))
    return Effect.sync(() => {
      if ("destroy" in stream && typeof stream.destroy === "function") stream.destroy()
    })
  })
