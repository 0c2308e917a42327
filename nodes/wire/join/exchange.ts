import { request } from "node:https"
import * as Effect from "effect/Effect"
import { wireLimits } from "../limits.ts"
import { JoinError } from "./error.ts"

export interface Exchange {
  /** "ip:port" of a manager. */
  readonly address: string
  readonly method: "GET" | "POST"
  readonly path: string
  readonly body?: unknown
  /** Roots to believe, and the name the other end must have there. Absent: anybody may answer, and what is answered is to be checked. */
  readonly trust?: { readonly roots: string; readonly name: string }
  /** What this end shows of itself. */
  readonly own?: { readonly certificate: string; readonly key: string }
}

/** What a manager answered, parsed. */
export interface Answered {
  readonly status: number
  readonly body: unknown
}

/** Longer than a manager takes to decide. */
const patience_ms = wireLimits.admission_ms + wireLimits.request_ms
/** An answer is a chain of certificates, roots and a list of managers. */
const answer_bytes = 256 * 1024

const unreachable = (message: string) => new JoinError({ reason: "unreachable", message })

/** One request to a manager's port, on a connection of its own. */
export const exchange = ({ address, method, path, body, trust, own }: Exchange): Effect.Effect<Answered, JoinError> =>
  Effect.callback((resume, signal) => {
    const failed = (error: Error) => resume(Effect.fail(unreachable(`${address}: ${error.message}`)))
    const asked = request(
      `https://${address}${path}`,
      {
        method,
        agent: false,
        minVersion: "TLSv1.2",
        rejectUnauthorized: trust !== undefined,
        ...(trust ? { ca: trust.roots, servername: trust.name } : {}),
        ...(own ? { cert: own.certificate, key: own.key } : {}),
        headers: body === undefined ? {} : { "content-type": "application/json" },
        signal: AbortSignal.any([signal, AbortSignal.timeout(patience_ms)]),
      },
      (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on("error", failed)
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > answer_bytes) response.destroy(new Error("the answer is too large"))
          else chunks.push(chunk)
        })
        response.on("end", () => {
          const parsed = json(Buffer.concat(chunks).toString())
          if (parsed === undefined) failed(new Error("it is no manager of a swarm"))
          else resume(Effect.succeed({ status: response.statusCode ?? 0, body: parsed }))
        })
      },
    )
    asked.on("socket", (socket) => {
      const quick = setTimeout(() => socket.destroy(new Error("no TLS handshake in time")), wireLimits.dial_ms)
      const done = () => clearTimeout(quick)
      socket.once("secureConnect", done)
      socket.once("close", done)
    })
    asked.on("error", failed)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
