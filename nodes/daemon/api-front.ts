import { type IncomingMessage, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { accessError } from "../api/access.ts"
import { splitVersion } from "../api/protocol-version.ts"
import type { EngineAddress } from "./proxy/engine-address.ts"
import { forward } from "./proxy/forward.ts"
import { type Change, forwardChanged } from "./proxy/forward-json.ts"
import { hijack, upgrade } from "./proxy/hijack.ts"
import { writeError, writeRawError } from "./proxy/write-error.ts"

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void

export interface FrontOptions {
  readonly engine: EngineAddress
  /** Answers what is the daemon's own: the cluster's objects, and what the engine and the cluster have in common. */
  readonly own: RequestListener
  /** Further names by which clients may call this server in their Host header. */
  readonly hosts: ReadonlyArray<string>
  /** What is changed on its way to the engine, and how. */
  readonly changed?: { readonly when: (method: string, url: string) => boolean; readonly change: Change }
  /** Told when a request has been answered (101 and 0, cut off, included). */
  readonly answered?: (request: IncomingMessage, status: number, ms: number) => void
}

/** Whoever reaches this listener is known already (a file's permissions, a client certificate): its Host header says nothing. */
export interface Trust {
  readonly anyHost: boolean
}

/** What an HTTP server hands over, one function an event of it. */
export interface Front {
  readonly request: (trust: Trust) => RequestListener
  readonly checkContinue: (trust: Trust) => RequestListener
  readonly upgrade: (trust: Trust) => (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** The whole Engine API: the daemon's own part, and the engine's, to which everything else is passed on. */
export function makeFront(options: FrontOptions): Front {
  const { engine, own } = options
  const refused = (request: IncomingMessage, trust: Trust) => {
    if (trust.anyHost) request.headers.host = "localhost"
    return accessError({ host: request.headers.host, origin: request.headers.origin }, options.hosts)
  }
  const watch = (request: IncomingMessage, response: ServerResponse) => {
    const { answered } = options
    if (!answered) return
    const started = performance.now()
    response.on("close", () => {
      const status = response.headersSent ? response.statusCode : 0
      answered(request, status, performance.now() - started)
    })
  }
  const request =
    (trust: Trust): RequestListener =>
    (incoming, response) => {
      watch(incoming, response)
      const error = refused(incoming, trust)
      if (error) writeError(response, error)
      else if (isOwn(incoming.url ?? "/")) own(incoming, response)
      else if (options.changed?.when(incoming.method ?? "", incoming.url ?? "/"))
        forwardChanged(engine, incoming, response, options.changed.change)
      else if (isHijack(incoming)) hijack(engine, incoming, response)
      else forward(engine, incoming, response)
    }
  return {
    request,
    checkContinue: (trust) => (incoming, response) => {
      // The engine says itself when it wants to see a body.
      const { method = "", url = "/" } = incoming
      if (isOwn(url) || options.changed?.when(method, url)) response.writeContinue()
      request(trust)(incoming, response)
    },
    upgrade: (trust) => (incoming, socket, head) => {
      const error = refused(incoming, trust)
      if (error) writeRawError(socket, error)
      else if (!isOwn(incoming.url ?? "/")) {
        options.answered?.(incoming, 101, 0)
        upgrade(engine, incoming, socket, head)
      } else withoutUpgrade(incoming, socket, request(trust))
    },
  }
}

/** A wish to upgrade may be ignored, and here it is: some clients offer HTTP/2 with whatever they ask. */
function withoutUpgrade(request: IncomingMessage, socket: Duplex, listener: RequestListener): void {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  // The server's connections are sockets; an upgrade hands them over under a wider type.
  response.assignSocket(socket as Parameters<ServerResponse["assignSocket"]>[0])
  response.on("finish", () => socket.end())
  socket.on("error", () => socket.destroy())
  listener(request, response)
}

const ownSegments = new Set([
  "_ping",
  "version",
  "info",
  "events",
  "swarm",
  "nodes",
  "services",
  "tasks",
  "secrets",
  "configs",
  "networks",
  "drydock",
])

/** Of the networks only these are answered here; connecting, disconnecting and pruning is the engine's. */
const ownNetworkPaths = /^\/networks(\/[^/]+)?$/

export function isOwn(url: string): boolean {
  const path = splitVersion(url).url.split("?", 1)[0] ?? "/"
  const segment = path.split("/", 2)[1] ?? ""
  if (segment === "networks") return ownNetworkPaths.test(path) && path !== "/networks/prune"
  return ownSegments.has(segment)
}

const hijacked = /^\/(containers\/[^/]+\/attach|exec\/[^/]+\/start)$/

/** A body of unknown length may well be what the client types: that is passed on as it comes. */
function isHijack(request: IncomingMessage): boolean {
  if (request.method !== "POST" || request.headers["transfer-encoding"] !== undefined) return false
  return hijacked.test(splitVersion(request.url ?? "/").url.split("?", 1)[0] ?? "/")
}
