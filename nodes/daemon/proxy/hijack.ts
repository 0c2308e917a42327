import { request as ask, type IncomingMessage, type ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { apiError } from "../../../core/errors.ts"
import { connectTo, type EngineAddress, engineUnreachable, requestOptions } from "./engine-address.ts"
import { endToEnd, headLines } from "./headers.ts"
import { readBody } from "./read-body.ts"
import { splice } from "./splice.ts"
import { writeRawError } from "./write-error.ts"

/** A body that comes with an upgrade (that of exec start) is short. */
const upgradeBodyBytes_max = 1024 * 1024

/**
 * A request to leave HTTP (`Connection: Upgrade`): attach, exec start, sessions of a build. Agreed by the engine with 101, the two
 * connections become one; else its answer is passed on and the client's connection closed.
 */
export function upgrade(engine: EngineAddress, request: IncomingMessage, client: Duplex, head: Buffer): void {
  client.on("error", () => client.destroy())
  const length = bodyLength(request)
  if (length === undefined) {
    writeRawError(client, apiError(411, "a request to upgrade needs the length of its body, at most 1 MiB"))
    return
  }
  readExactly(client, head, length, (body, rest) => {
    const upstream = ask({
      ...requestOptions(engine),
      method: request.method ?? "POST",
      path: request.url ?? "/",
      headers: endToEnd(request.rawHeaders, { Connection: "Upgrade", Upgrade: request.headers.upgrade }),
    })
    const gone = () => upstream.destroy()
    client.on("close", gone)
    upstream.on("upgrade", (answer, socket, first) => {
      client.off("close", gone)
      client.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${headLines(answer.rawHeaders)}\r\n`)
      if (first.length > 0) client.write(first)
      if (rest.length > 0) socket.write(rest)
      splice(client, socket)
    })
    upstream.on("response", (answer) => {
      const lines = headLines(answer.rawHeaders, ["connection", "transfer-encoding", "keep-alive"])
      client.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${lines}Connection: close\r\n\r\n`)
      answer.pipe(client)
      // The engine would keep this connection for a next request, which does not come.
      const { socket } = answer
      answer.on("end", () => socket.destroy())
    })
    upstream.on("error", (error) => {
      if (!client.writable) return
      writeRawError(client, engineUnreachable(engine, error))
    })
    upstream.end(body)
  })
}

/** Undefined when the body's length is not known or too large. */
function bodyLength(request: IncomingMessage): number | undefined {
  if (request.headers["transfer-encoding"] !== undefined) return undefined
  const length = Number(request.headers["content-length"] ?? 0)
  return Number.isSafeInteger(length) && length >= 0 && length <= upgradeBodyBytes_max ? length : undefined
}

/** Takes `length` bytes off the connection; `rest` is what came with them. The connection is paused when `done` is called. */
function readExactly(socket: Duplex, head: Buffer, length: number, done: (body: Buffer, rest: Buffer) => void): void {
  const finish = (bytes: Buffer) => done(bytes.subarray(0, length), bytes.subarray(length))
  if (head.length >= length) {
    finish(head)
    return
  }
  let read = head
  const take = (chunk: Buffer) => {
    read = Buffer.concat([read, chunk])
    if (read.length < length) return
    socket.off("data", take)
    socket.off("end", give)
    socket.pause()
    finish(read)
  }
  const give = () => socket.destroy()
  socket.on("data", take)
  socket.on("end", give)
}

/**
 * attach and exec start without a word of upgrading: the engine answers 200 and the connection is raw from there on all the same, both ways. So
 * HTTP is taken off the client's connection here, too. An answer that is none of these says `Connection: close`, as it is asked to.
 */
export function hijack(engine: EngineAddress, request: IncomingMessage, response: ServerResponse): void {
  readBody(request, response, upgradeBodyBytes_max, (body) => {
    const client = takeOver(response)
    if (client) raw(engine, request, client, body)
  })
}

/** Takes the connection from the HTTP server: its parser hears nothing of what comes from now on. */
function takeOver(response: ServerResponse): Socket | undefined {
  const { socket } = response
  if (!socket) return undefined
  response.detachSocket(socket)
  socket.removeAllListeners("data")
  socket.removeAllListeners("end")
  socket.setTimeout(0)
  return socket
}

function raw(engine: EngineAddress, request: IncomingMessage, client: Socket, body: Buffer): void {
  const upstream = connectTo(engine)
  client.on("error", () => upstream.destroy())
  let connected = false
  upstream.on("error", (error) => {
    if (!connected) writeRawError(client, engineUnreachable(engine, error))
  })
  upstream.on("connect", () => {
    connected = true
    const lines = headLines(request.rawHeaders, ["connection", "keep-alive", "transfer-encoding", "content-length"])
    upstream.write(
      `${request.method} ${request.url} HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    )
    upstream.write(body)
    splice(client, upstream)
  })
}
