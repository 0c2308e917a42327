import { existsSync, mkdirSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { removeStale } from "./api-listen.ts"

export class DataDirError extends Schema.TaggedError<DataDirError>()("DataDirError", { message: Schema.String }) {}

/**
 * Makes the data folder, and holds it against a second daemon until the scope ends. What holds it is a socket that this process listens on: it is
 * free again whatever ends the process.
 */
export const holdDataDir: (path: string) => Effect.Effect<void, DataDirError, Scope.Scope> = Effect.fnUntraced(
  function* (path) {
    yield* Effect.try({
      try: () => makeFolder(path),
      catch: (error) => new DataDirError({ message: `cannot make the data folder: ${messageOf(error)}` }),
    })
    const socketPath = join(path, "lock.sock")
    const taken = new DataDirError({ message: `another drydock daemon runs on the data folder ${path}` })
    yield* Effect.mapError(removeStale(socketPath), () => taken)
    yield* Effect.acquireRelease(
      Effect.callback<ReturnType<typeof createServer>, DataDirError>((resume) => {
        const server = createServer((socket) => socket.destroy())
        server.on("error", (error) =>
          resume(Effect.fail(new DataDirError({ message: `cannot hold the data folder ${path}: ${error.message}` }))),
        )
        server.listen(socketPath, () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.sync(() => {
          server.close()
          rmSync(socketPath, { force: true })
        }),
    )
  },
)

/** Makes a folder and those above it that are missing. Node's own way of doing that does not end in some places (/proc). */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  const above = dirname(path)
  if (above !== path) makeFolder(above)
  mkdirSync(path, { mode: 0o700 })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
