import type { IncomingMessage } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import { createServer, type Server } from "node:net"
import type { Duplex } from "node:stream"
import type { TLSSocket } from "node:tls"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { WebSocketServer } from "ws"
import type { Credentials, Identity } from "../credentials.ts"
import { wireLimits } from "../limits.ts"
import { Rates } from "../link/rates.ts"
import type { LiveLinks } from "../links/live-links.ts"
import { isLife, lifeHeader, subprotocol, WebSocketFrames, webSocketOptions } from "../links/web-socket.ts"
import { linkPath } from "../links/web-socket-dialer.ts"
import { peerIdentity } from "../peer-identity.ts"
import { Desk, type DeskOptions, tlsOf } from "./desk.ts"
import { Gate, type GateMetrics } from "./gate.ts"

export interface PortOptions extends DeskOptions {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly credentials: Credentials
  readonly clusterId: string
  readonly links: Pick<LiveLinks, "accept" | "life">
}

export interface WirePort {
  readonly host: string
  readonly port: number
  /** From now on the port shows this certificate and believes these roots. Connections that are up stay as they are. */
  use(credentials: Credentials): void
  metrics(): GateMetrics
}

/** The port cannot listen. `message` says why, as the system does. */
export class PortError extends Data.TaggedError("PortError")<{ readonly message: string }> {}

/**
 * A manager's port, until the scope ends. TLS always; a client certificate is asked for, not demanded: who shows a valid one of this cluster may have
 * it renewed and open a link, who shows none may fetch the root certificate and ask to join. Nothing else is answered.
 */
export const makePort: (options: PortOptions) => Effect.Effect<WirePort, PortError, Scope.Scope> = Effect.fnUntraced(
  function* (options) {
    const gate = new Gate()
    const desk = new Desk(options)
    const linkRates = new Rates(wireLimits.linksPerNode_burst, wireLimits.linksPerNode_perSecond)
    const https = createHttpsServer({
      ...secureContext(options.credentials),
      requestCert: true,
      // Strangers may join: what a connection may do is decided by what it showed, below.
      rejectUnauthorized: false,
      handshakeTimeout: wireLimits.handshake_ms,
      maxHeaderSize: wireLimits.headers_bytes,
      keepAlive: false,
    })
    https.maxRequestsPerSocket = 1
    const upgrades = new WebSocketServer({
      ...webSocketOptions,
      noServer: true,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    })
    upgrades.on("headers", (headers) => headers.push(`${lifeHeader}: ${options.links.life}`))

    /** Whose certificate the connection showed, if it is of this cluster and not one too many. False: the connection is gone. */
    const whose = (tls: TLSSocket): Identity | undefined | false => {
      const peer = peerIdentity(tls)
      if (peer?.clusterId !== options.clusterId) return undefined
      return gate.isNode(tls, peer.id) && peer
    }

    https.on("secureConnection", (tls) => gate.secured(tls))
    https.on("tlsClientError", (_, tls) => tls.destroy())
    https.on("clientError", (_, socket) => socket.destroy())
    https.on("request", (request, response) => {
      const tls = tlsOf(request)
      const peer = tls && whose(tls)
      if (tls === undefined || peer === false) return void request.socket.destroy()
      const answering = () => gate.answering(tls, wireLimits.admission_ms + wireLimits.request_ms)
      desk.answer(request, response, peer, answering).catch(() => tls.destroy())
    })
    https.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const tls = tlsOf(request)
      const peer = tls && whose(tls)
      const life = request.headers[lifeHeader]
      if (!tls || !peer || request.url !== linkPath || !isLife(life) || options.removed(peer.id, peer.role)) {
        socket.end(refusal("403 Forbidden"))
        return
      }
      if (!linkRates.take(peer.id)) {
        socket.end(refusal("429 Too Many Requests"))
        return
      }
      upgrades.handleUpgrade(request, socket, head, (ws) => {
        if (ws.protocol !== subprotocol) return ws.terminate()
        gate.linked(tls)
        options.links.accept({ socket: new WebSocketFrames(ws, tls), peer, life })
      })
    })

    const front = createServer({ noDelay: true }, (raw) => {
      if (gate.enter(raw)) https.emit("connection", raw)
    })
    const bound = yield* Effect.acquireRelease(listen(front, options), () =>
      Effect.sync(() => {
        front.close()
        gate.close()
      }),
    )
    return {
      ...bound,
      use: (credentials) => https.setSecureContext(secureContext(credentials)),
      metrics: () => gate.metrics(),
    }
  },
)

const refusal = (status: string): string => `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`

const secureContext = ({ certificate, key, trust }: Credentials) =>
  ({ cert: certificate, key, ca: trust, minVersion: "TLSv1.2" }) as const

const listen = (
  server: Server,
  { host, port }: PortOptions,
): Effect.Effect<{ host: string; port: number }, PortError> =>
  Effect.callback((resume) => {
    const failed = (error: Error) => resume(Effect.fail(new PortError({ message: error.message })))
    server.once("error", failed)
    server.listen(port, host, () => {
      server.off("error", failed)
      const address = server.address()
      resume(Effect.succeed({ host, port: typeof address === "object" && address !== null ? address.port : port }))
    })
  })
