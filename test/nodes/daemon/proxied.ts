import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Duplex } from "node:stream"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { makeFront, type RequestListener } from "../../../nodes/daemon/api-front.ts"
import { listen } from "../../../nodes/daemon/api-listen.ts"

/** An engine that a test scripts, and the daemon's front before it. */
export interface Proxied {
  /** Where clients ask. */
  readonly socketPath: string
  readonly tcpPort: number
  readonly enginePath: string
  /** What the engine saw of each request that was not upgraded. */
  readonly seen: ReadonlyArray<IncomingMessage>
  stopEngine(): Promise<void>
  close(): Promise<void>
}

export interface EngineScript {
  readonly request?: RequestListener
  readonly checkContinue?: RequestListener
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Instead of HTTP: what the engine does with a connection. */
  readonly raw?: (socket: Socket) => void
  readonly own?: RequestListener
}

const answer404 = (_: IncomingMessage, response: ServerResponse) => response.writeHead(404).end("{}")

export async function proxied(script: EngineScript): Promise<Proxied> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-proxy-"))
  const enginePath = join(folder, "engine.sock")
  const seen: Array<IncomingMessage> = []
  const engine = await engineAt(enginePath, script, seen)
  const scope = Scope.makeUnsafe()
  const front = makeFront({ engine: { socketPath: enginePath }, own: script.own ?? answer404, hosts: [] })
  const at = (host: Parameters<typeof listen>[0]) => Effect.runPromise(Scope.provide(listen(host, front), scope))
  const socketPath = join(folder, "front.sock")
  await at({ type: "unix", path: socketPath })
  const tcp = await at({ type: "tcp", host: "127.0.0.1", port: 0 })
  return {
    socketPath,
    tcpPort: Number(new URL(tcp).port),
    enginePath,
    seen,
    stopEngine: () => stop(engine),
    close: async () => {
      await Effect.runPromise(Scope.close(scope, Exit.void))
      await stop(engine)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function engineAt(path: string, script: EngineScript, seen: Array<IncomingMessage>): Promise<Server> {
  const server = createServer()
  const { raw } = script
  if (raw) {
    server.removeAllListeners("connection")
    server.on("connection", raw)
  }
  server.on("request", (request, response) => {
    seen.push(request)
    const listener = script.request ?? answer404
    listener(request, response)
  })
  if (script.checkContinue) server.on("checkContinue", script.checkContinue)
  if (script.upgrade) server.on("upgrade", script.upgrade)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return server
}

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** A connection on which a test speaks HTTP byte by byte. */
export class Wire {
  readonly socket: Socket
  #text = ""
  #ended = false
  #closed = false
  readonly #waiting = new Set<() => void>()

  constructor(path: string) {
    this.socket = connect({ path, allowHalfOpen: true })
    this.socket.on("error", () => {})
    this.socket.on("data", (chunk: Buffer) => {
      this.#text += chunk.toString("latin1")
      this.#look()
    })
    this.socket.on("end", () => {
      this.#ended = true
      this.#look()
    })
    this.socket.on("close", () => {
      this.#closed = true
      this.#look()
    })
  }

  say(...lines: ReadonlyArray<string>): this {
    this.socket.write(lines.join("\r\n"))
    return this
  }

  get text(): string {
    return this.#text
  }

  /** Waits until what has come matches; fails after five seconds. */
  until(found: RegExp): Promise<string> {
    return this.#when(() => found.test(this.#text), String(found)).then(() => this.#text)
  }

  ended(): Promise<void> {
    return this.#when(() => this.#ended || this.#closed, "the end")
  }

  #look(): void {
    for (const check of this.#waiting) check()
  }

  #when(test: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        this.#waiting.delete(check)
        reject(new Error(`waited for ${what}, got ${JSON.stringify(this.#text)}`))
      }, 5_000)
      const check = () => {
        if (!test()) return
        clearTimeout(timeout)
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }
}
