import { type IncomingMessage, request } from "node:http"
import { CliError, ResponseError } from "../errors.ts"
import type { Query } from "./engine.ts"
import { parseHost } from "./host.ts"
import { errorMessage, queryString, unreachable } from "./http.ts"

/**
 * The body of an answer as it comes, for what does not end by itself: events, logs that are followed. Fails like a request does, and with
 * CliError when the connection breaks before its end; aborting ends it in silence.
 */
export async function* streamBody(
  host: string,
  path: string,
  query: Query,
  userAgent: string,
  signal: AbortSignal,
  { method = "GET", headers = {} }: StreamOptions = {},
): AsyncGenerator<Buffer, void> {
  const answer = await open(host, path + queryString(query), { "User-Agent": userAgent, ...headers }, method, signal)
  if (answer === undefined) return
  try {
    for await (const chunk of answer) yield Buffer.from(chunk)
  } catch (error) {
    if (signal.aborted) return
    throw new CliError(`${host} ended the stream: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    answer.destroy()
  }
}

export interface StreamOptions {
  readonly method?: "GET" | "POST"
  readonly headers?: Readonly<Record<string, string>>
}

async function open(
  host: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  method: string,
  signal: AbortSignal,
): Promise<IncomingMessage | undefined> {
  const endpoint = parseHost(host)
  const where =
    "socketPath" in endpoint
      ? { socketPath: endpoint.socketPath, path: target, headers: { ...headers, Host: "localhost" } }
      : { hostname: endpoint.hostname, port: endpoint.port, path: endpoint.prefix + target, headers }
  const answer = await new Promise<IncomingMessage | undefined>((resolve, reject) => {
    const outgoing = request({ ...where, method, signal }, resolve)
    outgoing.on("error", (error) => (signal.aborted ? resolve(undefined) : reject(unreachable(host, error))))
    outgoing.end()
  })
  if (answer === undefined || (answer.statusCode ?? 0) < 400) return answer
  const body: Buffer[] = []
  for await (const chunk of answer) body.push(Buffer.from(chunk))
  const status = answer.statusCode ?? 0
  throw new ResponseError(status, errorMessage(Buffer.concat(body).toString("utf8"), status))
}

/** What a stream of Docker's frames says: for each frame, which output it came from and its bytes. Frames may be cut anywhere. */
export async function* frames(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly output: "stdout" | "stderr" | "error"; readonly data: Buffer }, void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= headerLength) {
      const end = headerLength + rest.readUInt32BE(4)
      if (rest.length < end) break
      const output = rest[0] === 2 ? "stderr" : rest[0] === 3 ? "error" : "stdout"
      yield { output, data: rest.subarray(headerLength, end) }
      rest = rest.subarray(end)
    }
  }
}

/** Which output, three zeros, the length in four bytes. */
const headerLength = 8

/** The lines of a text that comes in pieces; the last one too when it has no end. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  let rest = ""
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    yield* lines
  }
  if (rest !== "") yield rest
}
