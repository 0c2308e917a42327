import type { IncomingMessage } from "node:http"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { wireLimits } from "../limits.ts"
import { CertificateAsk } from "./messages.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(CertificateAsk))

/** The request's body as what it is to be; undefined when it is something else, or too much. Rejects when the connection is lost. */
export async function askIn(request: IncomingMessage): Promise<typeof CertificateAsk.Type | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) return undefined
    bytes += chunk.length
    if (bytes > wireLimits.body_bytes) return undefined
    chunks.push(chunk)
  }
  return Option.getOrUndefined(decode(Buffer.concat(chunks).toString()))
}
