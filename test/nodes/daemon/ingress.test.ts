import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterEach, describe, expect, it } from "vitest"
import type { Role } from "../../../core/model/node.ts"
import { type LiveIngress, makeLiveIngress } from "../../../nodes/daemon/live/live-ingress.ts"
import { makeLog } from "../../../nodes/daemon/log.ts"
import type { IngressRoute } from "../../../nodes/ingress/routes.ts"
import type { LinkTable } from "../../../nodes/wire/links/link-table.ts"
import type { StreamHeader } from "../../../nodes/wire/links/links.ts"
import { MemoryNetwork } from "../../../nodes/wire/links/memory-network.ts"
import { until } from "./live-world.ts"

interface Node {
  readonly id: string
  readonly links: LinkTable
  readonly ingress: LiveIngress
  readonly headers: Array<StreamHeader>
}

/** A leader with links to two workers, which have none to each other; a container on worker "b", played by a server. */
class Three {
  readonly scope = Scope.makeUnsafe()
  readonly network = new MemoryNetwork()
  readonly server: Server
  readonly nodes = new Map<string, Node>()

  private constructor(server: Server) {
    this.server = server
  }

  static async start(): Promise<Three> {
    const server = createServer((request, response) => response.end(`container ${request.url}`))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const three = new Three(server)
    for (const [id, role] of [
      ["leader", "manager"],
      ["a", "worker"],
      ["b", "worker"],
    ] as const)
      await three.#add(id, role)
    for (const id of ["a", "b"]) {
      three.node(id).links.know("leader", "leader:2377")
      three.node(id).links.send("leader", { kind: "agent", message: { type: "leave" } })
    }
    await until(() => three.node("leader").links.peers().length === 2, 5_000)
    return three
  }

  node(id: string): Node {
    const node = this.nodes.get(id)
    if (!node) throw new Error(id)
    return node
  }

  get containerPort(): number {
    const address: AddressInfo | string | null = this.server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  }

  route(publishedPort: number): IngressRoute {
    return {
      protocol: "tcp",
      publishedPort,
      targets: [{ nodeId: "b", taskId: "task", port: this.containerPort }],
    }
  }

  async end(): Promise<void> {
    await Effect.runPromise(Scope.close(this.scope, Exit.void))
    for (const { links } of this.nodes.values()) links.close()
    this.server.close()
    this.server.closeAllConnections()
  }

  async #add(id: string, role: Role): Promise<void> {
    const headers: Array<StreamHeader> = []
    const links = this.network.node({
      identity: { id, role, clusterId: "c", notBefore: 0, notAfter: Number.MAX_SAFE_INTEGER },
      ...(role === "manager" && { address: `${id}:2377` }),
      handlers: {
        envelope: () => {},
        up: () => {},
        down: () => {},
        stream: (_, header, stream) => {
          headers.push(header)
          this.node(id).ingress.take(header, stream)
        },
      },
    })
    const ingress = await Effect.runPromise(
      Scope.provide(
        makeLiveIngress({
          nodeId: id,
          host: "127.0.0.1",
          log: makeLog({ level: "error", format: "text", write: () => {}, now: Date.now }),
          links,
          leader: () => "leader",
          addressOf: (taskId) => (id === "b" && taskId === "task" ? "127.0.0.1" : undefined),
        }),
        this.scope,
      ),
    )
    this.nodes.set(id, { id, links, ingress, headers })
  }
}

let three: Three | undefined
afterEach(async () => {
  await three?.end()
  three = undefined
})

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === "object" && address !== null ? address.port : 0
}

/** Ends, however it does: with what came, or with the error. */
const said = (stream: Duplex): Promise<string> =>
  new Promise((resolve) => {
    let text = ""
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1")
    })
    stream.on("error", () => undefined)
    stream.on("close", () => resolve(text))
  })

describe("published ports across nodes", () => {
  it("lead from a worker over the leader to the container on another worker", async () => {
    three = await Three.start()
    const port = await freePort()
    for (const { ingress } of three.nodes.values()) ingress.set([])
    three.node("leader").ingress.set([three.route(port)])
    three.node("b").ingress.set([three.route(await freePort())])
    await until(() => three?.node("leader").ingress.ports()[0]?.listening === true, 5_000)
    // From the leader, straight over its link.
    expect(await (await fetch(`http://127.0.0.1:${port}/one`)).text()).toBe("container /one")
    // From the other worker, by way of the leader.
    const other = await freePort()
    three.node("a").ingress.set([three.route(other)])
    await until(() => three?.node("a").ingress.ports()[0]?.listening === true, 5_000)
    expect(await (await fetch(`http://127.0.0.1:${other}/two`)).text()).toBe("container /two")
    expect(three.node("leader").headers).toMatchObject([{ type: "ingress", to: "b", taskId: "task" }])
    expect(three.node("b").headers).toHaveLength(2)
  })

  it("lead a peer to nothing else: not to other ports of a task, nor to other streams, nor in circles", async () => {
    three = await Three.start()
    const route = three.route(await freePort())
    for (const { ingress } of three.nodes.values()) ingress.set([{ ...route, publishedPort: await freePort() }])
    const header = { type: "ingress", protocol: "tcp", taskId: "task", port: three.containerPort, to: "b" }
    const { links } = three.node("a")
    for (const wrong of [
      { ...header, port: three.containerPort === 1 ? 2 : 1 },
      { ...header, taskId: "another" },
      { ...header, type: "shell" },
      { ...header, to: "nobody" },
      { type: "ingress", protocol: "tcp", taskId: "task", port: three.containerPort },
    ]) {
      expect(await said(links.openStream("leader", wrong))).toBe("")
    }
    expect(three.node("b").headers).toHaveLength(0)
    const right = links.openStream("leader", header)
    right.end("GET /three HTTP/1.0\r\n\r\n")
    expect(await said(right)).toContain("container /three")
  })
})
