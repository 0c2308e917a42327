import type { IncomingMessage, ServerResponse } from "node:http"
import { apiError } from "../../../core/errors.ts"
import { writeError } from "./write-error.ts"

/** Reads a request's whole body. One of more than `bytes_max` is read to its end, dropped and answered with 413; `done` hears nothing of it. */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  bytes_max: number,
  done: (body: Buffer) => void,
): void {
  const chunks: Array<Buffer> = []
  let size = 0
  request.on("data", (chunk: Buffer) => {
    size += chunk.length
    if (size <= bytes_max) chunks.push(chunk)
  })
  request.on("end", () => {
    if (size > bytes_max) writeError(response, apiError(413, "request body too large"))
    else done(Buffer.concat(chunks))
  })
}
