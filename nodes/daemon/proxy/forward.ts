import {
  request as ask,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http"
import { type EngineAddress, engineUnreachable, requestOptions } from "./engine-address.ts"
import { endToEnd } from "./headers.ts"
import { writeError } from "./write-error.ts"

export interface ForwardOptions {
  /** The request's body, where it has been read already. */
  readonly body?: Buffer
  /** Headers of the engine's answer that are to have another value. */
  readonly headers?: OutgoingHttpHeaders
}

/**
 * Passes a request on to the engine and its answer back, both as streams. The status line and headers go out as soon as the engine has sent
 * them, also while the client still sends (/wait, /events, an early refusal). Whoever goes away first takes the other end along.
 */
export function forward(
  engine: EngineAddress,
  request: IncomingMessage,
  response: ServerResponse,
  options: ForwardOptions = {},
): void {
  const { body } = options
  const length = body === undefined ? {} : { "Content-Length": body.length }
  const upstream = ask({
    ...requestOptions(engine),
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: endToEnd(request.rawHeaders, { ...length, Connection: "close" }),
  })
  response.on("close", () => upstream.destroy())
  upstream.on("response", (answer) => {
    response.writeHead(
      answer.statusCode ?? 502,
      answer.statusMessage,
      endToEnd(answer.rawHeaders, {
        ...options.headers,
        // What the client still sends would be taken for its next request.
        ...(body === undefined && !request.complete && { Connection: "close" }),
      }),
    )
    response.flushHeaders()
    answer.pipe(response)
    // An answer that breaks off must not look like one that is complete.
    answer.on("error", () => response.destroy())
    answer.on("aborted", () => response.destroy())
  })
  upstream.on("error", (error) => {
    if (response.headersSent || response.destroyed) return
    writeError(response, engineUnreachable(engine, error))
  })
  if (body !== undefined) {
    upstream.end(body)
    return
  }
  if (request.headers.expect?.toLowerCase() === "100-continue") {
    upstream.on("continue", () => {
      response.writeContinue()
      request.pipe(upstream)
    })
    upstream.flushHeaders()
    return
  }
  const size = sizeOf(request)
  if (size !== undefined && size <= wholeBytes_max) sendWhole(request, upstream, size)
  else request.pipe(upstream)
}

/** Bodies up to this size are read before they are sent on. */
const wholeBytes_max = 256 * 1024

/** The size of a request's body; undefined where only its end will tell. */
function sizeOf(request: IncomingMessage): number | undefined {
  if (request.headers["transfer-encoding"] !== undefined) return undefined
  const length = Number(request.headers["content-length"] ?? 0)
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined
}

/**
 * Sends head and body in one write. Sent piece by piece, a body's end is a write of its own, of nothing: an engine that has read all it was
 * promised may have answered and closed by then, and the write would fail (EPIPE) and take the answer along.
 */
function sendWhole(request: IncomingMessage, upstream: ClientRequest, size: number): void {
  if (size === 0) {
    upstream.end()
    return
  }
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => upstream.end(Buffer.concat(chunks)))
}
