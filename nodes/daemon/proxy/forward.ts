import { request as ask, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http"
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
  request.pipe(upstream)
}
