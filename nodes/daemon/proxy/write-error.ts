import { type ServerResponse, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import type { ApiError } from "../../../core/errors.ts"

const bodyOf = (error: ApiError): string => `${JSON.stringify({ message: error.message })}\n`

/** Answers with an error, as the Engine API words them. */
export function writeError(response: ServerResponse, error: ApiError): void {
  const body = bodyOf(error)
  response.writeHead(error.status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
  response.end(body)
}

/** The same on a connection that HTTP has let go of; it is closed. */
export function writeRawError(socket: Duplex, error: ApiError): void {
  const body = bodyOf(error)
  const head = `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ""}\r\nContent-Type: application/json\r\n`
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
}
