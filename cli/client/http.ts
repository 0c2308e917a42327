import { type RequestOptions as HttpOptions, request } from "node:http"
import { CliError, ResponseError } from "../errors.ts"
import { type Engine, encodeFilters, type Query, type RequestOptions } from "./engine.ts"
import { type Endpoint, parseHost } from "./host.ts"

/**
 * An engine over HTTP. It speaks node:http itself: loading dockerode (its gRPC and SSH parts come along) takes longer than everything else a
 * command does (bench/startup.ts).
 */
export function httpEngine(host: string, userAgent: string): Engine {
  let endpoint: Endpoint | undefined
  let apiVersion: string | undefined
  const call = async (method: string, path: string, options: RequestOptions = {}): Promise<unknown> => {
    endpoint ??= parseHost(host)
    const answer = await send(host, endpoint, method, path, options, userAgent)
    apiVersion = answer.apiVersion
    if (answer.status >= 400 && !answer.isPage)
      throw new ResponseError(answer.status, errorMessage(answer.body, answer.status))
    if (answer.isPage) throw new CliError(`${host} answers, but not as a cluster does: is that its address?`)
    return parseBody(answer.body)
  }
  return {
    get apiVersion() {
      return apiVersion
    },
    // The answer's type is the caller's word (see Engine): decoding would cost more than the request.
    get: <A>(path: string, options?: RequestOptions) => call("GET", path, options) as Promise<A>,
    post: <A>(path: string, options?: RequestOptions) => call("POST", path, options) as Promise<A>,
    delete: <A>(path: string, options?: RequestOptions) => call("DELETE", path, options) as Promise<A>,
  }
}

interface Response {
  readonly status: number
  readonly body: string
  readonly apiVersion: string | undefined
  /** For people to read: whatever listens there is no engine. */
  readonly isPage: boolean
}

function send(
  host: string,
  endpoint: Endpoint,
  method: string,
  path: string,
  options: RequestOptions,
  userAgent: string,
): Promise<Response> {
  const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body))
  const target = path + queryString({ ...options.query, filters: encodeFilters(options.filters ?? []) })
  const headers: Record<string, string | number> = { "User-Agent": userAgent, ...options.headers }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json"
    headers["Content-Length"] = body.length
  }
  const where: HttpOptions =
    "socketPath" in endpoint
      ? { socketPath: endpoint.socketPath, path: target, headers: { Host: "localhost", ...headers } }
      : { hostname: endpoint.hostname, port: endpoint.port, path: endpoint.prefix + target, headers }
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...where, method }, (response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", (error) => reject(unreachable(host, error)))
      response.on("end", () => {
        const level = response.headers["api-version"]
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString("utf8"),
          apiVersion: typeof level === "string" ? level : undefined,
          isPage: /^text\/html\b/.test(response.headers["content-type"] ?? ""),
        })
      })
    })
    outgoing.on("error", (error) => reject(unreachable(host, error)))
    outgoing.end(body)
  })
}

export function queryString(query: Query): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
  )
  return parts.length === 0 ? "" : `?${parts.join("&")}`
}

function parseBody(answer: string): unknown {
  if (answer.trim() === "") return undefined
  try {
    return JSON.parse(answer)
  } catch {
    return answer
  }
}

export function errorMessage(answer: string, status: number): string {
  const body = parseBody(answer)
  if (typeof body === "object" && body !== null && "message" in body) return String(body.message)
  return answer.trim() === "" ? `request returned status ${status}` : answer.trim()
}

const refused = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "EAI_AGAIN",
])

export function unreachable(host: string, error: NodeJS.ErrnoException): CliError {
  if (error.code !== undefined && refused.has(error.code)) {
    return new CliError(`cannot reach ${host}: is a cluster running? try: drydock sim`)
  }
  if (error.code === "ECONNRESET") {
    return new CliError(`${host} took the connection and cut it: is that machine down? try: drydock machine ls`)
  }
  if (error.code === "EACCES") return new CliError(`permission denied while trying to connect to ${host}`)
  return new CliError(`error during connect: ${host}: ${error.message}`)
}
