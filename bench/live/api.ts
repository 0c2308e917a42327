import { request } from "node:http"

export interface Answer {
  /** HTTP status; 0: there was no answer, and what was asked for may have happened, may yet happen, or never. */
  readonly status: number
  /** The message of the error, or why there was no answer; "" when it went well. */
  readonly error: string
  /** What the body says, or undefined. */
  readonly body: unknown
}

/** One request to an Engine API on a unix socket. Never fails: without an answer in time the status is 0. */
export const call = (
  socketPath: string,
  method: "GET" | "POST" | "DELETE",
  path: string,
  { body, timeout_ms = 5_000 }: { readonly body?: unknown; readonly timeout_ms?: number } = {},
): Promise<Answer> =>
  new Promise((resolve) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = text === undefined ? {} : { "Content-Type": "application/json" }
    const nothing = (error: unknown) => resolve({ status: 0, error: String(error), body: undefined })
    const asked = request({ socketPath, method, path, headers, agent: false }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", nothing)
      response.on("end", () => {
        clearTimeout(late)
        const status = response.statusCode ?? 0
        const parsed = parse(Buffer.concat(chunks).toString("utf8"))
        resolve({ status, error: status < 400 ? "" : messageOf(parsed), body: parsed })
      })
    })
    const late = setTimeout(() => asked.destroy(new Error(`no answer within ${timeout_ms} ms`)), timeout_ms)
    asked.on("error", (error) => {
      clearTimeout(late)
      nothing(error)
    })
    asked.end(text)
  })

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

const messageOf = (body: unknown): string =>
  typeof body === "object" && body !== null && "message" in body ? String(body.message) : String(body)
