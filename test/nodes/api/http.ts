import { request } from "node:http"

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  readonly body: unknown
}

export interface Send {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON unless it is a text. */
  readonly body?: unknown
}

/** One request as a plain HTTP client sends it. */
export function http(base: string, method: string, path: string, { headers = {}, body }: Send = {}): Promise<Response> {
  const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body)
  const { hostname, port } = new URL(base)
  const type = payload === undefined ? {} : { "content-type": "application/json" }
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { ...type, ...headers }, agent: false },
      (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => {
          text += chunk
        })
        response.on("error", reject)
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) }),
        )
      },
    )
    sent.on("error", reject)
    sent.end(payload)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
