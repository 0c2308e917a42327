import { createSocket, type Socket as UdpSocket } from "node:dgram"
import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { duplexPair } from "node:stream"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterEach, describe, expect, test } from "vitest"
import { type Ingress, makeIngress } from "../../../nodes/ingress/ingress.ts"
import { defaultIngressLimits, type IngressLimits } from "../../../nodes/ingress/limits.ts"
import type { IngressTarget } from "../../../nodes/ingress/routes.ts"
import { TunnelServer } from "../../../nodes/ingress/serve-tunnel.ts"

const host = "127.0.0.1"
let scope: Scope.Closeable | undefined
const toClose: Array<() => void> = []

afterEach(async () => {
  if (scope !== undefined) await Effect.runPromise(Scope.close(scope, Exit.void))
  scope = undefined
  for (const close of toClose.splice(0)) close()
})

/** A task's container on the loopback: answers what it got, after its name and once the client has ended. */
async function tcpTask(name: string): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on("error", () => undefined)
    socket.write(`${name}:`)
    socket.pipe(socket)
  })
  toClose.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return await listening(server)
}

async function listening(server: Server, port = 0): Promise<number> {
  server.listen(port, host)
  await once(server, "listening")
  return (server.address() as AddressInfo).port
}

async function udpTask(name: string): Promise<number> {
  const socket = createSocket("udp4")
  socket.on("message", (message, from) => socket.send(`${name}:${message}`, from.port, from.address))
  toClose.push(() => socket.close())
  return await bound(socket)
}

async function bound(socket: UdpSocket): Promise<number> {
  socket.bind(0, host)
  await once(socket, "listening")
  return socket.address().port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

interface Node {
  readonly ingress: Ingress
  readonly warnings: Array<string>
  readonly far: TunnelServer
}

/** A node whose tunnels all lead to one other node; every task is on the loopback. */
async function node(limits: Partial<IngressLimits> = {}): Promise<Node> {
  const warnings: Array<string> = []
  const addressOf = (taskId: string) => (taskId.startsWith("gone") ? undefined : host)
  const far = new TunnelServer({ addressOf, limits: { ...defaultIngressLimits, ...limits } })
  toClose.push(() => far.close())
  scope = Effect.runSync(Scope.make())
  const ingress = await Effect.runPromise(
    makeIngress({
      nodeId: "near",
      addressOf,
      host,
      limits: { retry_ms: 50, ...limits },
      warn: (message) => warnings.push(message),
      tunnel: {
        open: (_, header) => {
          const [here, there] = duplexPair()
          // What leaves a node has been text on its way.
          far.take(JSON.parse(JSON.stringify(header)), there)
          return here
        },
      },
    }).pipe(Effect.provideService(Scope.Scope, scope)),
  )
  return { ingress, warnings, far }
}

async function publish({ ingress }: Node, protocol: "tcp" | "udp", targets: ReadonlyArray<IngressTarget>) {
  const publishedPort = await freePort()
  ingress.set([{ protocol, publishedPort, targets }])
  await until(() => ingress.ports()[0]?.listening === true)
  return publishedPort
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("it never happened")
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once("close", resolve))

/** Sends a text, ends, and reads to the end. */
async function ask(port: number, text = ""): Promise<string> {
  const socket = connect({ port, host, allowHalfOpen: true })
  let answer = ""
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    answer += chunk
  })
  socket.end(text)
  await once(socket, "close")
  return answer
}

const near = (taskId: string, port: number): IngressTarget => ({ nodeId: "near", taskId, port })
const remote = (taskId: string, port: number): IngressTarget => ({ nodeId: "far", taskId, port })

describe("a published TCP port", () => {
  test("takes the tasks in turn, on this node and on others", async () => {
    const one = await node()
    const port = await publish(one, "tcp", [near("a", await tcpTask("a")), remote("b", await tcpTask("b"))])
    const answers = []
    for (let i = 0; i < 4; i++) answers.push(await ask(port, "hello"))
    expect(answers).toEqual(["a:hello", "b:hello", "a:hello", "b:hello"])
  })

  test.each(["near", "far"])("carries megabytes both ways to a %s task, the client's end first", async (nodeId) => {
    const one = await node()
    const port = await publish(one, "tcp", [{ nodeId, taskId: "a", port: await tcpTask("a") }])
    const text = "0123456789abcdef".repeat(256 * 1024)
    const answer = await ask(port, text)
    expect(answer.length).toBe(text.length + 2)
    expect(answer.slice(2) === text).toBe(true)
    await until(() => one.far.count === 0 && one.ingress.ports()[0]?.connections === 0)
  })

  test("tries the next task when one cannot be reached", async () => {
    const one = await node()
    const dead = await freePort()
    const targets = [near("a", dead), remote("b", dead), remote("gone", dead), near("gone2", dead)]
    const port = await publish(one, "tcp", [...targets, near("d", await tcpTask("d"))])
    for (let i = 0; i < 5; i++) expect(await ask(port, "!")).toBe("d:!")
  })

  test("is closed to clients while no task can be reached", async () => {
    const one = await node()
    const port = await publish(one, "tcp", [near("a", await freePort())])
    const socket = connect({ port, host })
    socket.on("error", () => undefined)
    await closed(socket)
    one.ingress.set([])
    expect(one.ingress.ports()).toEqual([])
    await expect(ask(port)).rejects.toThrow("ECONNREFUSED")
  })

  test("takes no more connections than its limit, and closes what is idle", async () => {
    const one = await node({ connections: 2, idle_ms: 200 })
    const port = await publish(one, "tcp", [near("a", await tcpTask("a"))])
    const open = [connect({ port, host }), connect({ port, host })]
    await Promise.all(open.map((socket) => once(socket, "data")))
    const third = connect({ port, host })
    third.on("error", () => undefined)
    await closed(third)
    expect(third.bytesRead).toBe(0)
    await Promise.all(open.map((socket) => once(socket, "close")))
    expect(await ask(port, "again")).toBe("a:again")
  })

  test("that something else on the machine has is named once, and taken when it is free", async () => {
    const one = await node()
    const squatter = createServer()
    const publishedPort = await listening(squatter)
    one.ingress.set([{ protocol: "tcp", publishedPort, targets: [near("a", await tcpTask("a"))] }])
    await until(() => one.warnings.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(one.warnings).toEqual([
      expect.stringMatching(new RegExp(`^published port ${publishedPort}/tcp cannot be opened: .*EADDRINUSE`)),
    ])
    await new Promise((resolve) => squatter.close(resolve))
    await until(() => one.ingress.ports()[0]?.listening === true)
    expect(await ask(publishedPort, "mine")).toBe("a:mine")
  })

  test("follows its tasks: new ones are used, old ones no more", async () => {
    const one = await node()
    const port = await publish(one, "tcp", [near("a", await tcpTask("a"))])
    expect(await ask(port)).toBe("a:")
    const targets = [near("b", await tcpTask("b"))]
    one.ingress.set([{ protocol: "tcp", publishedPort: port, targets }])
    for (let i = 0; i < 3; i++) expect(await ask(port)).toBe("b:")
  })
})

describe("a published UDP port", () => {
  async function client(port: number) {
    const socket = createSocket("udp4")
    toClose.push(() => socket.close())
    await bound(socket)
    return async (text: string): Promise<string> => {
      const answer = once(socket, "message")
      socket.send(text, port, host)
      return String((await answer)[0])
    }
  }

  test("keeps a client's task and gives the next client the next one, on whichever node", async () => {
    const one = await node()
    const port = await publish(one, "udp", [near("a", await udpTask("a")), remote("b", await udpTask("b"))])
    const first = await client(port)
    const second = await client(port)
    expect(await first("1")).toBe("a:1")
    expect(await second("1")).toBe("b:1")
    expect(await first("2")).toBe("a:2")
    expect(await second("")).toBe("b:")
    const large = "x".repeat(9_000)
    expect(await second(large)).toBe(`b:${large}`)
  })

  test("finds another task when the client's is gone, and forgets clients that are silent", async () => {
    const one = await node({ flow_ms: 200 })
    const [a, b] = [near("a", await udpTask("a")), near("b", await udpTask("b"))]
    const port = await publish(one, "udp", [a])
    const ask = await client(port)
    expect(await ask("1")).toBe("a:1")
    one.ingress.set([{ protocol: "udp", publishedPort: port, targets: [b] }])
    expect(await ask("2")).toBe("b:2")
    expect(one.ingress.ports()[0]?.connections).toBe(1)
    await until(() => one.ingress.ports()[0]?.connections === 0)
  })
})

describe("the other end of a tunnel", () => {
  test.each([
    {},
    { type: "ingress" },
    { type: "ingress", protocol: "tcp", taskId: "gone", port: 80 },
    { type: "ingress", protocol: "tcp", taskId: "a", port: 0 },
    { type: "ingress", protocol: "tcp", taskId: "a", port: 65_536 },
    { type: "ingress", protocol: "icmp", taskId: "a", port: 80 },
    { type: "ingress", protocol: "tcp", taskId: ["a"], port: 80 },
  ])("refuses %j", async (header) => {
    const { far } = await node()
    const [here, there] = duplexPair()
    here.on("error", () => undefined)
    expect(far.take(header, there)).toBe(false)
    await until(() => there.destroyed)
    expect(far.count).toBe(0)
  })
})
