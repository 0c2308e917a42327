import { request as ask, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http"
import { type EngineAddress, engineUnreachable, requestOptions } from "./engine-address.ts"
import { endToEnd } from "./headers.ts"
import { writeError } from "./write-error.ts"

export interface ForwardOptions {
  /** The request's body, where it has been read already. */
  readonly body?: Buffer
  /** Where it is to go instead of where it came to. */
  readonly url?: string
  /** Headers of the engine's answer that are to have another value. */
  readonly headers?: OutgoingHttpHeaders
}

/**
 * Passes a request on to the engine and its answer back, both as streams. The status line and headers go out as soon as the engine has sent
 * them, also while the client still sends (/wait, /events, an early refusal): what it sends after its answer is read and dropped, since a
 * connection that is closed on a client that still writes may cost it the answer. Whoever goes away first takes the other end along.
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
    path: options.url ?? request.url ?? "/",
    headers: endToEnd(request.rawHeaders, { ...length, Connection: "close" }),
  })
  const { expect = "" } = request.headers
  let wanted = expect.toLowerCase() !== "100-continue"
  response.on("close", () => {
    upstream.destroy()
    if (!request.complete) drop(request)
  })
  upstream.on("response", (answer) => {
    response.writeHead(
      answer.statusCode ?? 502,
      answer.statusMessage,
      endToEnd(answer.rawHeaders, {
        ...options.headers,
        // Whether a body follows that nobody asked for is the client's choice: it could be taken for its next request.
        ...(!wanted && { Connection: "close" }),
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
  if (wanted) {
    request.pipe(upstream)
    return
  }
  upstream.on("continue", () => {
    wanted = true
    response.writeContinue()
    request.pipe(upstream)
  })
  upstream.flushHeaders()
}

/** How long a client that has its answer may pause in sending the rest of its body. */
const pause_ms_max = 1_000

/** Reads the rest of a body and drops it; a client that stops in the middle of it is left. */
function drop(request: IncomingMessage): void {
  const { socket } = request
  const timer = setTimeout(() => socket.destroy(), pause_ms_max)
  request.unpipe()
  request.on("data", () => timer.refresh())
  request.on("close", () => clearTimeout(timer))
  request.on("end", () => clearTimeout(timer))
  request.resume()
}
