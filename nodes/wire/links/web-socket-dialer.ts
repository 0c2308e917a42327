import type { IncomingMessage } from "node:http"
import { TLSSocket } from "node:tls"
import { WebSocket } from "ws"
import type { Credentials } from "../credentials.ts"
import { wireLimits } from "../limits.ts"
import { peerIdentity } from "../peer-identity.ts"
import type { Connection, Dialer } from "./dialer.ts"
import { isLife, lifeHeader, subprotocol, WebSocketFrames, webSocketOptions } from "./web-socket.ts"

export const linkPath = "/link"

/** Dials other nodes' ports. TLS itself checks that the node that answers is the one that was meant: its ID is its server name. */
export const webSocketDialer = (credentials: () => Credentials, life: string): Dialer => ({
  dial: (id, address, signal) =>
    new Promise<Connection>((resolve, reject) => {
      const { certificate, key, trust } = credentials()
      // Handed on to tls.connect, which the types of ws do not know.
      const named = { servername: id, minVersion: "TLSv1.2" } as const
      const ws = new WebSocket(`wss://${address}${linkPath}`, subprotocol, {
        ...webSocketOptions,
        cert: certificate,
        key,
        ca: trust,
        ...named,
        // A mask of zeros: masking keeps browsers from fooling proxies, and there are neither within this TLS.
        generateMask: (mask) => mask.fill(0),
        handshakeTimeout: wireLimits.dial_ms,
        followRedirects: false,
        headers: { [lifeHeader]: life },
      })
      let answer: IncomingMessage | undefined
      const fail = (error: Error) => {
        ws.on("error", () => {})
        ws.terminate()
        reject(error)
      }
      const abort = () => fail(new Error("given up"))
      signal.addEventListener("abort", abort, { once: true })
      ws.once("error", fail)
      ws.once("upgrade", (response) => {
        answer = response
      })
      ws.once("open", () => {
        signal.removeEventListener("abort", abort)
        ws.off("error", fail)
        const socket = answer?.socket
        const theirs = answer?.headers[lifeHeader]
        const peer = socket instanceof TLSSocket ? peerIdentity(socket) : undefined
        if (socket instanceof TLSSocket && peer && isLife(theirs)) {
          resolve({ socket: new WebSocketFrames(ws, socket), peer, life: theirs })
        } else fail(new Error("it is no node of this cluster"))
      })
      if (signal.aborted) abort()
    }),
})
