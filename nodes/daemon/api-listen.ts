import { chmodSync, chownSync, existsSync, readFileSync, statSync, unlinkSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { connect, isIP, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Front } from "./api-front.ts"

/** Where to listen: `-H unix:///run/drydock.sock`, `-H tcp://127.0.0.1:2375`. */
export type ApiHost =
  | { readonly type: "unix"; readonly path: string }
  | { readonly type: "tcp"; readonly host: string; readonly port: number }

/** PEM texts. With `ca`, clients must show a certificate of it. */
export interface ApiTls {
  readonly cert: string
  readonly key: string
  readonly ca?: string
}

export class ListenError extends Schema.TaggedError<ListenError>()("ListenError", { message: Schema.String }) {}

/** Reads an `-H`. The error is what is wrong with it. */
export function parseApiHost(text: string): ApiHost | string {
  const unix = /^unix:\/\/(.*)$/.exec(text)
  if (unix) return unix[1]?.startsWith("/") ? { type: "unix", path: unix[1] } : `${text}: the path must be absolute`
  const tcp = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[^:/[\]]*)(?::(\d+))?\/?$/.exec(text)
  if (!tcp) return `${text}: an address is unix:///path or tcp://host:port`
  const host = (tcp[1] ?? "").replace(/^\[|\]$/g, "") || "127.0.0.1"
  const port = Number(tcp[2] ?? 2375)
  return port > 65_535 ? `${text}: there is no port ${port}` : { type: "tcp", host, port }
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."))

/** Listens until the scope ends. The result is the address as DOCKER_HOST has it. */
export const listen: (host: ApiHost, front: Front, tls?: ApiTls) => Effect.Effect<string, ListenError, Scope.Scope> =
  Effect.fnUntraced(function* (host, front, tls) {
    const trust = { anyHost: host.type === "unix" || tls?.ca !== undefined }
    const server =
      tls && host.type === "tcp"
        ? createTlsServer({ ...limits, ...tls, minVersion: "TLSv1.2", requestCert: tls.ca !== undefined })
        : createServer(limits)
    server.on("request", front.request(trust))
    server.on("checkContinue", front.checkContinue(trust))
    server.on("upgrade", front.upgrade(trust))
    const open = new Set<Socket>()
    server.on("connection", (socket: Socket) => {
      open.add(socket)
      socket.on("close", () => open.delete(socket))
    })
    if (host.type === "unix") yield* removeStale(host.path)
    yield* Effect.acquireRelease(bind(server, host), () => close(server, host, open))
    if (host.type === "unix") yield* grant(host.path)
    const bound = server.address()
    if (host.type === "unix" || bound === null || typeof bound === "string") return `unix://${pathOf(host)}`
    return `tcp://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`
  })

/** Bodies may take as long as they take (images, builds); headers may not. */
const limits = {
  requestTimeout: 0,
  headersTimeout: 60_000,
  keepAliveTimeout: 60_000,
  maxHeaderSize: 64 * 1024,
} as const

const pathOf = (host: ApiHost): string => (host.type === "unix" ? host.path : "")

const bind = (server: Server, host: ApiHost): Effect.Effect<void, ListenError> =>
  Effect.callback((resume) => {
    const failed = (error: NodeJS.ErrnoException) =>
      resume(Effect.fail(new ListenError({ message: whyNot(host, error) })))
    server.once("error", failed)
    const ready = () => {
      server.off("error", failed)
      resume(Effect.void)
    }
    if (host.type === "unix") server.listen(host.path, ready)
    else server.listen(host.port, host.host, ready)
  })

function whyNot(host: ApiHost, error: NodeJS.ErrnoException): string {
  const where = host.type === "unix" ? `unix://${host.path}` : `tcp://${host.host}:${host.port}`
  if (error.code === "EADDRINUSE") return `cannot listen on ${where}: somebody does already`
  return `cannot listen on ${where}: ${error.message}`
}

/** From here on connections are refused, and those that are open are cut, hijacked ones too. A unix socket's file goes with its server. */
const close = (server: Server, host: ApiHost, open: ReadonlySet<Socket>): Effect.Effect<void> =>
  Effect.sync(() => {
    server.close()
    for (const socket of open) socket.destroy()
    if (host.type === "unix" && existsSync(host.path)) unlinkSync(host.path)
  })

/** A socket file that outlived its daemon is in the way of the next one; one that somebody answers at is not touched. */
export const removeStale = (path: string): Effect.Effect<void, ListenError> =>
  Effect.callback((resume) => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found) return resume(Effect.void)
    if (!found.isSocket()) return resume(Effect.fail(new ListenError({ message: `${path} is there and no socket` })))
    const probe = connect(path)
    probe.on("connect", () => {
      probe.destroy()
      resume(Effect.fail(new ListenError({ message: `cannot listen on unix://${path}: somebody does already` })))
    })
    probe.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") unlinkSync(path)
      resume(
        error.code === "ECONNREFUSED" || error.code === "ENOENT"
          ? Effect.void
          : Effect.fail(new ListenError({ message: `cannot tell who listens on ${path}: ${error.message}` })),
      )
    })
  })

/** Whoever may use the engine's socket may use this one: its owner, and the group docker where there is one. */
const grant = (path: string): Effect.Effect<void, ListenError> =>
  Effect.try({
    try: () => {
      chmodSync(path, 0o660)
      const group = dockerGroup()
      if (group !== undefined && process.getuid?.() === 0) chownSync(path, 0, group)
    },
    catch: (error) => new ListenError({ message: `cannot set who may use ${path}: ${String(error)}` }),
  })

function dockerGroup(): number | undefined {
  const file = "/etc/group"
  if (!existsSync(file)) return undefined
  const line = readFileSync(file, "utf8")
    .split("\n")
    .find((one) => one.startsWith("docker:"))
  const id = line === undefined ? Number.NaN : Number(line.split(":")[2])
  return Number.isInteger(id) ? id : undefined
}
