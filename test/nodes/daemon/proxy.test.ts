import { once } from "node:events"
import { request as ask } from "node:http"
import { connect, type NetConnectOpts } from "node:net"
import { text } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { afterEach, describe, expect, it } from "vitest"
import { type EngineScript, type Proxied, proxied, Wire } from "./proxied.ts"

let open: Proxied | undefined
const start = async (script: EngineScript): Promise<Proxied> => {
  open = await proxied(script)
  return open
}
afterEach(async () => {
  await open?.close()
  open = undefined
})

const host = "Host: localhost"

/** Sends 50 MiB, to the last byte whatever is answered meanwhile; `error` is what that met. */
async function upload(where: NetConnectOpts, framing: "of a known length" | "chunked") {
  const socket = connect({ ...where, allowHalfOpen: true })
  const block = Buffer.alloc(1024 * 1024, 7)
  const chunked = framing === "chunked"
  const answer = text(socket)
  const length = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${50 * block.length}`
  const parts = function* () {
    yield `POST /images/load HTTP/1.1\r\n${host}\r\n${length}\r\n\r\n`
    for (let sent = 0; sent < 50; sent++) {
      if (chunked) yield `${block.length.toString(16)}\r\n`
      yield block
      if (chunked) yield "\r\n"
    }
    if (chunked) yield "0\r\n\r\n"
  }
  const error = await pipeline(parts, socket, { end: false }).then(
    () => undefined,
    (failed: Error) => failed,
  )
  socket.end()
  const whole = await answer
  socket.destroy()
  return { answer: whole, error }
}

describe("what is passed on to the engine", () => {
  it("streams both ways at once: the engine answers piece by piece while the client still sends", async () => {
    const { socketPath } = await start({
      request: (request, response) => {
        response.writeHead(200)
        request.on("data", (chunk: Buffer) => response.write(`<${chunk}>`))
        request.on("end", () => response.end("."))
      },
    })
    const asked = ask({ socketPath, method: "POST", path: "/build" })
    const pieces: Array<string> = []
    asked.write("one")
    const [answer] = await once(asked, "response")
    answer.on("data", (chunk: Buffer) => pieces.push(chunk.toString()))
    await once(answer, "data")
    expect(pieces.join("")).toBe("<one>")
    asked.end("two")
    await once(answer, "end")
    expect(pieces.join("")).toBe("<one><two>.")
  })

  it("shows status and headers as soon as the engine has sent them, long before the body", async () => {
    const { socketPath } = await start({
      request: (_, response) => {
        response.writeHead(200, { "Content-Type": "application/json" })
        response.flushHeaders()
      },
    })
    const wire = new Wire(socketPath).say("POST /v1.41/containers/c/wait HTTP/1.1", host, "Content-Length: 0", "", "")
    const head = await wire.until(/\r\n\r\n/)
    expect(head).toContain("HTTP/1.1 200 OK")
    expect(head).toContain("Transfer-Encoding: chunked")
    wire.socket.destroy()
  })

  it("lets the engine answer before it has read the body", async () => {
    const { socketPath } = await start({
      request: (_, response) => response.writeHead(503, { Connection: "close" }).end('{"message":"no"}'),
    })
    const wire = new Wire(socketPath).say("POST /images/load HTTP/1.1", host, "Content-Length: 1000000", "", "abc")
    expect(await wire.until(/"no"/)).toContain("HTTP/1.1 503")
    await wire.ended()
  })

  it.each(["of a known length", "chunked"] as const)(
    "hears an engine that refuses a large body at once and closes (%s)",
    async (framing) => {
      const refusal = '{"message":"invalid tar header"}'
      const { socketPath, tcpPort } = await start({
        raw: (socket) => {
          socket.on("error", () => {})
          socket.once("data", () => {
            socket.pause()
            socket.end(
              `HTTP/1.1 400 Bad Request\r\nContent-Length: ${refusal.length}\r\nConnection: close\r\n\r\n${refusal}`,
            )
            socket.on("finish", () => socket.destroy())
          })
        },
      })
      for (let round = 0; round < 20; round++) {
        const { answer, error } = await upload(round % 2 === 0 ? { path: socketPath } : { port: tcpPort }, framing)
        expect({ round, error, answer: answer.split("\r\n\r\n")[1] }).toEqual({ round, answer: refusal })
        expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      }
    },
    60_000,
  )

  it("says that the engine does not answer when it closes on a large body without a word", async () => {
    const { socketPath } = await start({
      raw: (socket) => socket.on("error", () => {}).once("data", () => socket.destroy()),
    })
    const { answer, error } = await upload({ path: socketPath }, "chunked")
    expect(error).toBeUndefined()
    expect(answer).toMatch(/^HTTP\/1\.1 503 /)
    expect(answer).toContain("Cannot connect to the Docker daemon")
  })

  it("asks the engine before a body that waits to be wanted is sent", async () => {
    const { socketPath } = await start({
      checkContinue: (request, response) => {
        if (request.url === "/refused") {
          response.writeHead(413).end("too much")
          return
        }
        response.writeContinue()
        request.pipe(response)
      },
    })
    const lines = [host, "Content-Length: 5", "Expect: 100-continue", "", ""]
    const wanted = new Wire(socketPath).say("POST /wanted HTTP/1.1", ...lines)
    expect(await wanted.until(/100 Continue\r\n\r\n/)).not.toContain("200")
    wanted.say("hello")
    expect(await wanted.until(/hello/)).toContain("HTTP/1.1 200 OK")
    wanted.socket.destroy()
    const refused = new Wire(socketPath).say("POST /refused HTTP/1.1", host, ...lines.slice(1))
    expect(await refused.until(/too much/)).not.toContain("Continue")
    refused.socket.destroy()
  })

  it("closes the engine's side when the client goes", async () => {
    let gone: () => void = () => {}
    const closed = new Promise<void>((resolve) => {
      gone = resolve
    })
    const { socketPath } = await start({
      request: (_, response) => {
        response.writeHead(200).write("first\n")
        response.on("close", () => gone())
      },
    })
    const wire = new Wire(socketPath).say("GET /containers/c/logs?follow=1 HTTP/1.1", host, "", "")
    await wire.until(/first/)
    wire.socket.destroy()
    await closed
  })

  it("cuts the client when the engine breaks off, so that half an answer does not look like a whole one", async () => {
    const { socketPath } = await start({
      request: (_, response) => {
        response.writeHead(200).write("half")
        setTimeout(() => response.destroy(), 20)
      },
    })
    const wire = new Wire(socketPath).say("GET /images/get HTTP/1.1", host, "", "")
    await wire.until(/half/)
    await wire.ended()
    expect(wire.text).not.toMatch(/\r\n0\r\n/)
  })

  it("keeps headers as they are: their case, and those that come twice", async () => {
    const { socketPath, seen } = await start({
      request: (_, response) => {
        response.writeHead(200, { "X-Docker-Container-Path-Stat": "e30=", Warning: ["a", "b"] }).end()
      },
    })
    const wire = new Wire(socketPath).say("HEAD /containers/c/archive?path=/x HTTP/1.1", host, "X-Meta-A: 1", "", "")
    const head = await wire.until(/\r\n\r\n/)
    expect(head).toContain("X-Docker-Container-Path-Stat: e30=\r\n")
    expect(head).toContain("Warning: a\r\nWarning: b\r\n")
    expect(seen[0]?.rawHeaders).toContain("X-Meta-A")
    expect(seen[0]?.url).toBe("/containers/c/archive?path=/x")
    wire.socket.destroy()
  })

  it("says in Docker's words that the engine does not answer", async () => {
    const one = await start({})
    await one.stopEngine()
    const wire = new Wire(one.socketPath).say("GET /containers/json HTTP/1.1", host, "", "")
    const text = await wire.until(/message/)
    expect(text).toContain("HTTP/1.1 503")
    expect(text).toContain(
      `Cannot connect to the Docker daemon at unix://${one.enginePath}. Is the docker daemon running?`,
    )
    wire.socket.destroy()
  })
})

describe("connections that leave HTTP", () => {
  const upgradeLines = [host, "Connection: Upgrade", "Upgrade: tcp"]
  /** Answers 101, echoes in brackets, and says goodbye when the client has ended. */
  const echo: EngineScript["upgrade"] = (request, socket, head) => {
    socket.write(`HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\n`)
    socket.write(`Upgrade: tcp\r\n\r\n${request.url} `)
    const say = (chunk: Buffer) => socket.write(`[${chunk}]`)
    socket.on("error", () => {})
    if (head.length > 0) say(head)
    socket.on("data", say)
    socket.on("end", () => socket.end(" bye"))
  }

  it("are joined after the engine's 101, and a half close leaves the other direction open", async () => {
    const { socketPath } = await start({ upgrade: echo })
    const wire = new Wire(socketPath).say("POST /v1.41/containers/c/attach?stdin=1 HTTP/1.1", ...upgradeLines, "", "")
    expect(await wire.until(/attach\?stdin=1 $/)).toMatch(
      /^HTTP\/1.1 101 UPGRADED\r\nContent-Type: application\/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n/,
    )
    wire.say("abc")
    await wire.until(/\[abc\]/)
    wire.socket.end()
    await wire.until(/ bye$/)
    await wire.ended()
  })

  it("may bring the body of exec start along, and what is typed right behind it", async () => {
    const { socketPath } = await start({ upgrade: echo })
    const body = '{"Detach":false,"Tty":false}'
    const wire = new Wire(socketPath).say(
      "POST /exec/e/start HTTP/1.1",
      ...upgradeLines,
      `Content-Length: ${body.length}`,
      "",
      "",
    )
    wire.say(body.slice(0, 10))
    setTimeout(() => wire.say(`${body.slice(10)}typed`), 30)
    await wire.until(/typed\]/)
    expect(wire.text.replaceAll("][", "")).toContain(`[${body}typed]`)
    wire.socket.destroy()
  })

  it("get the engine's refusal and are closed, since what follows would pass the daemon by", async () => {
    const { socketPath } = await start({
      upgrade: (_, socket) => {
        socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 16\r\n\r\n{"message":"no"}')
        socket.on("error", () => {})
        socket.on("end", () => socket.end())
        socket.resume()
      },
    })
    const wire = new Wire(socketPath).say("POST /containers/nosuch/attach HTTP/1.1", ...upgradeLines, "", "")
    const text = await wire.until(/"no"/)
    expect(text).toContain("HTTP/1.1 404 Not Found")
    expect(text).toContain("Connection: close")
    await wire.ended()
  })

  it("become raw without a word of upgrading, as the engine's do: 200, both ways, half close", async () => {
    const { socketPath } = await start({
      raw: (socket) => {
        socket.once("data", (head: Buffer) => {
          const said = /Connection: (\w+)/.exec(head.toString())?.[1]
          socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n${said} `)
          socket.on("data", (chunk: Buffer) => socket.write(`[${chunk}]`))
          socket.on("end", () => socket.end(" bye"))
        })
      },
    })
    const wire = new Wire(socketPath).say(
      "POST /containers/c/attach?stream=1 HTTP/1.1",
      host,
      "Content-Length: 0",
      "",
      "",
    )
    await wire.until(/close $/)
    wire.say("GET / HTTP/1.1\r\n\r\n")
    await wire.until(/\[GET \/ HTTP\/1.1\r\n\r\n\]/)
    wire.socket.end("more")
    await wire.until(/\[more\] bye$/)
    await wire.ended()
  })

  it("end when the client is gone, and when the engine is", async () => {
    const sockets: Array<import("node:stream").Duplex> = []
    const { socketPath } = await start({
      upgrade: (request, socket, head) => {
        sockets.push(socket)
        echo(request, socket, head)
      },
    })
    const line = "POST /containers/c/attach HTTP/1.1"
    const first = new Wire(socketPath).say(line, ...upgradeLines, "", "")
    await first.until(/attach $/)
    first.socket.destroy()
    await new Promise((resolve) => sockets[0]?.on("close", resolve))
    const second = new Wire(socketPath).say(line, ...upgradeLines, "", "")
    await second.until(/attach $/)
    sockets[1]?.destroy()
    await second.ended()
  })
})

describe("who is let in", () => {
  const tcp = (port: number, lines: ReadonlyArray<string>): Promise<string> =>
    new Promise((resolve) => {
      let text = ""
      const socket = connect(port, "127.0.0.1")
      socket.on("data", (chunk: Buffer) => {
        text += chunk
      })
      socket.on("close", () => resolve(text))
      socket.write([...lines, "Connection: close", "", ""].join("\r\n"))
    })

  it("is nobody who comes by a foreign name, or from a web page", async () => {
    const { tcpPort, seen } = await start({ request: (_, response) => response.end("engine") })
    expect(await tcp(tcpPort, ["GET /containers/json HTTP/1.1", "Host: evil.example"])).toContain("403")
    expect(await tcp(tcpPort, ["GET /containers/json HTTP/1.1", host, "Origin: http://evil.example"])).toContain("403")
    expect(await tcp(tcpPort, ["GET /containers/json HTTP/1.1", host])).toContain("engine")
    expect(seen).toHaveLength(1)
  })

  it("may also not upgrade", async () => {
    const { tcpPort } = await start({ upgrade: (_, socket) => socket.end("HTTP/1.1 101 UPGRADED\r\n\r\n") })
    const socket = connect(tcpPort, "127.0.0.1")
    socket.write(
      "POST /containers/c/attach HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    )
    const [text] = await once(socket, "data")
    expect(String(text)).toContain("403")
    socket.destroy()
  })

  it("is anybody who may open the unix socket, whatever they call it", async () => {
    const { socketPath } = await start({ request: (_, response) => response.end("engine") })
    const wire = new Wire(socketPath).say("GET /containers/json HTTP/1.1", "Host: d", "", "")
    expect(await wire.until(/engine/)).toContain("200")
    wire.socket.destroy()
  })
})

describe("what is the daemon's own", () => {
  it("never reaches the engine, also when HTTP/2 is offered along with it", async () => {
    const own: EngineScript["own"] = (request, response) => response.end(`own ${request.url}`)
    const { socketPath, seen } = await start({ own, request: (_, response) => response.end("engine") })
    for (const path of ["/v1.41/services", "/nodes/x", "/info", "/_ping", "/networks", "/networks/n", "/swarm/init"]) {
      const offer = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AA"]
      for (const lines of [[], offer]) {
        const wire = new Wire(socketPath).say(`GET ${path} HTTP/1.1`, host, ...lines, "", "")
        expect(await wire.until(/own \S/)).toContain(`own ${path}`)
        wire.socket.destroy()
      }
    }
    expect(seen).toHaveLength(0)
    const wire = new Wire(socketPath).say("POST /networks/n/connect HTTP/1.1", host, "Content-Length: 0", "", "")
    await wire.until(/engine/)
    wire.socket.destroy()
  })
})
