import { once } from "node:events"
import * as Effect from "effect/Effect"
import { afterEach, describe, expect, it } from "vitest"
import { apiError } from "../../../core/errors.ts"
import { hours } from "../../../core/instant.ts"
import type { RootCA } from "../../../nodes/wire/ca/root-ca.ts"
import { beginRotation, finishRotation } from "../../../nodes/wire/ca/rotation.ts"
import { sameSecret } from "../../../nodes/wire/ca/secret.ts"
import { issuerInfo, nodeTlsInfo } from "../../../nodes/wire/ca/tls-info.ts"
import { makeToken, newSecret } from "../../../nodes/wire/ca/tokens.ts"
import { exchange } from "../../../nodes/wire/join/exchange.ts"
import { join, renew } from "../../../nodes/wire/join/join.ts"
import { wireLimits } from "../../../nodes/wire/limits.ts"
import type { AdmissionRequest, Admit } from "../../../nodes/wire/port/admission.ts"
import { clusterId, credentials, newRoot } from "./authority.ts"
import { eventually } from "./eventually.ts"
import { type LiveNode, type LiveNodeOptions, liveNode } from "./live-node.ts"

/** A cluster of one manager that decides as a leader would. */
class Cluster {
  root: RootCA
  readonly secret = newSecret()
  readonly asked: AdmissionRequest[] = []
  readonly removed = new Set<string>()
  roles = new Map<string, "manager" | "worker">()
  #joined = 0

  constructor(root: RootCA) {
    this.root = root
  }

  get token(): string {
    return makeToken(this.root.CACert, this.secret)
  }

  readonly admit: Admit = (request) => {
    this.asked.push(request)
    if (request.type === "join" && !sameSecret(request.secret, this.secret)) {
      return Effect.fail(apiError(403, "A valid join token is necessary to join this cluster"))
    }
    const nodeId = request.type === "join" ? `joined${++this.#joined}` : request.peer.id
    const role = this.roles.get(nodeId) ?? "worker"
    const managers = [{ nodeId: "m1", addr: "10.0.0.1:2377" }]
    return Effect.succeed({ nodeId, role, clusterId, root: this.root, expiry_ms: hours(2), managers })
  }
}

const running: LiveNode[] = []
const start = async (options: LiveNodeOptions): Promise<LiveNode> => {
  const node = await liveNode(options)
  running.push(node)
  return node
}
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop()
})

async function manager(): Promise<{ cluster: Cluster; node: LiveNode }> {
  const cluster = new Cluster(await newRoot())
  const node = await start({
    id: "m1",
    role: "manager",
    credentials: await credentials(cluster.root, "m1"),
    removed: (id) => cluster.removed.has(id),
    admit: cluster.admit,
    rootCertificate: cluster.root.CACert,
  })
  return { cluster, node }
}

const failure = (effect: Effect.Effect<unknown, unknown>) => Effect.runPromise(Effect.flip(effect))

describe("Joining", () => {
  it("gets a node its certificate with a token, and the certificate gets it a link", async () => {
    const { cluster, node } = await manager()
    const joined = await Effect.runPromise(
      join({
        addresses: [node.address],
        token: cluster.token,
        availability: "drain",
        wish: "a-wish-of-25-characters-0",
      }),
    )
    expect(joined.identity).toMatchObject({ id: "joined1", role: "worker", clusterId })
    expect(joined.managers).toEqual([{ nodeId: "m1", addr: "10.0.0.1:2377" }])
    expect(cluster.asked).toEqual([
      {
        type: "join",
        secret: cluster.secret,
        availability: "drain",
        wish: "a-wish-of-25-characters-0",
        address: "127.0.0.1",
      },
    ])

    const worker = await start({ id: "joined1", role: "worker", credentials: joined.credentials })
    worker.links.know("m1", node.address)
    worker.links.send("m1", { kind: "agent", message: { type: "heartbeat", session: "s" } })
    await eventually("the manager hears it", () => node.seen.envelopes.length === 1)
    expect(node.seen.envelopes[0]?.from).toEqual({ id: "joined1", role: "worker" })
  })

  it("asks the next manager when one does not answer, and no other once one refused", async () => {
    const { cluster, node } = await manager()
    const dead = "127.0.0.1:1"
    await Effect.runPromise(join({ addresses: [dead, node.address], token: cluster.token }))
    const wrong = makeToken(cluster.root.CACert, newSecret())
    expect(await failure(join({ addresses: [node.address, dead], token: wrong }))).toMatchObject({
      reason: "refused",
      status: 403,
      message: "A valid join token is necessary to join this cluster",
    })
    expect(await failure(join({ addresses: [dead], token: cluster.token }))).toMatchObject({ reason: "unreachable" })
    expect(await failure(join({ addresses: [], token: cluster.token }))).toMatchObject({ reason: "unreachable" })
  })

  it("tells its secret to nobody whose root is not the token's", async () => {
    const { node, cluster } = await manager()
    const other = await newRoot()
    const error = await failure(join({ addresses: [node.address], token: makeToken(other.CACert, newSecret()) }))
    expect(error).toMatchObject({
      reason: "fingerprint",
      message: expect.stringContaining("remote CA does not match fingerprint"),
    })
    expect(cluster.asked).toEqual([])
    expect(await failure(join({ addresses: [node.address], token: "SWMTKN-1-bogus" }))).toMatchObject({
      reason: "token",
      message: "invalid join token",
    })
  })

  it("tells its secret to nobody who shows the right root without having a certificate by it", async () => {
    const { cluster } = await manager()
    const own = await newRoot()
    const impostor = await start({
      id: "m1",
      role: "manager",
      credentials: await credentials(own, "m1"),
      admit: cluster.admit,
      rootCertificate: cluster.root.CACert,
    })
    const error = await failure(join({ addresses: [impostor.address], token: cluster.token }))
    expect(error).toMatchObject({ reason: "unreachable", message: expect.stringMatching(/certificate/) })
    expect(cluster.asked).toEqual([])
  })

  it("tells its secret to no worker: only managers are whom one asks for certificates", async () => {
    const { cluster } = await manager()
    const worker = await start({
      id: "w1",
      role: "manager",
      credentials: await credentials(cluster.root, "w1", { role: "worker" }),
      admit: cluster.admit,
      rootCertificate: cluster.root.CACert,
    })
    expect(await failure(join({ addresses: [worker.address], token: cluster.token }))).toMatchObject({
      reason: "unreachable",
    })
    expect(cluster.asked).toEqual([])
  })
})

describe("Renewal", () => {
  it("gives a node a new certificate, of the role that it has by now", async () => {
    const { cluster, node } = await manager()
    const joined = await Effect.runPromise(join({ addresses: [node.address], token: cluster.token }))
    cluster.roles.set("joined1", "manager")
    const renewed = await Effect.runPromise(renew({ addresses: [node.address], credentials: joined.credentials }))
    expect(renewed.identity).toMatchObject({ id: "joined1", role: "manager" })
    expect(cluster.asked.at(-1)).toEqual({ type: "renew", peer: { id: "joined1", role: "worker" } })
    expect(renewed.credentials.key).not.toBe(joined.credentials.key)
  })

  it("is refused to a node that was removed, and what the leader says of others is what they hear", async () => {
    const { cluster, node } = await manager()
    const joined = await Effect.runPromise(join({ addresses: [node.address], token: cluster.token }))
    cluster.removed.add("joined1")
    expect(await failure(renew({ addresses: [node.address], credentials: joined.credentials }))).toMatchObject({
      reason: "refused",
      status: 403,
    })
    expect(cluster.asked.length).toBe(1)
  })

  it("lets links be made anew with the new certificate, without a restart", async () => {
    const { cluster, node } = await manager()
    cluster.roles.set("joined1", "worker")
    const joined = await Effect.runPromise(join({ addresses: [node.address], token: cluster.token }))
    const worker = await start({ id: "joined1", role: "worker", credentials: joined.credentials })
    worker.links.know("m1", node.address)
    worker.links.send("m1", { kind: "agent", message: { type: "heartbeat", session: "s" } })
    await eventually("it is up", () => node.seen.changes.length === 1)
    cluster.roles.set("joined1", "manager")
    const renewed = await Effect.runPromise(renew({ addresses: [node.address], credentials: joined.credentials }))
    await Effect.runPromise(worker.links.use(renewed.credentials))
    await eventually("the manager sees its new role", () => node.seen.changes.length === 3)
    expect(node.seen.changes).toEqual(["up joined1 worker", "down joined1", "up joined1 manager"])
  })
})

describe("Replacing the cluster's root", () => {
  it("goes from the old root to the new one while every node stays linked or can link again", async () => {
    const { cluster, node } = await manager()
    const old = cluster.root
    const before = await Effect.runPromise(join({ addresses: [node.address], token: cluster.token }))

    const coming = await newRoot()
    cluster.root = await Effect.runPromise(beginRotation(old, coming, Date.now()))
    // Joiners still have tokens with the old root's digest.
    const meanwhile = await Effect.runPromise(
      join({ addresses: [node.address], token: makeToken(old.CACert, cluster.secret) }),
    )
    // The manager is the first with a certificate by the new root: those who know only the old one believe it.
    cluster.roles.set("m1", "manager")
    const own = await Effect.runPromise(renew({ addresses: [node.address], credentials: await credentials(old, "m1") }))
    expect(await nodeTlsInfo(own.credentials.certificate, own.credentials.trust)).toMatchObject(
      issuerInfo(coming.CACert),
    )
    node.port?.use(own.credentials)
    await Effect.runPromise(node.links.use(own.credentials))
    for (const [id, { credentials: theirs }] of [
      ["joined1", before],
      ["joined2", meanwhile],
    ] as const) {
      const worker = await start({ id, role: "worker", credentials: theirs })
      worker.links.know("m1", node.address)
      worker.links.send("m1", { kind: "agent", message: { type: "heartbeat", session: id } })
      await eventually(`${id} is linked`, () => node.links.peers().some((peer) => peer.id === id))
      await worker.stop()
    }

    const after = await Effect.runPromise(renew({ addresses: [node.address], credentials: before.credentials }))
    cluster.root = finishRotation(cluster.root)
    const last = await Effect.runPromise(renew({ addresses: [node.address], credentials: own.credentials }))
    expect(last.credentials.trust).toBe(coming.CACert)
    node.port?.use(last.credentials)
    await Effect.runPromise(renew({ addresses: [node.address], credentials: after.credentials }))
    // A certificate by the old root is worth nothing any more: its holder is a stranger, who has no secret.
    expect(
      await failure(renew({ addresses: [node.address], credentials: { ...before.credentials, trust: coming.CACert } })),
    ).toMatchObject({ status: 403 })
  })
})

describe("A port", () => {
  it("gives strangers the root certificate and nothing else", async () => {
    const { node, cluster } = await manager()
    const ask = (method: "GET" | "POST", path: string, body?: unknown) =>
      Effect.runPromise(exchange({ address: node.address, method, path, body }))
    expect(await ask("GET", "/ca")).toEqual({ status: 200, body: { certificate: cluster.root.CACert } })
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/link"],
      ["GET", "/certificate"],
      ["POST", "/ca"],
      ["GET", "/ca/"],
      ["GET", "/ca?x"],
      ["POST", "/v1.41/services/create"],
    ] as const) {
      expect(await ask(method, path), `${method} ${path}`).toMatchObject({ status: 403 })
    }
    for (const body of [undefined, {}, [], "text", { csr: 1 }])
      expect(await ask("POST", "/certificate", body)).toMatchObject({ status: 400 })
    expect(await ask("POST", "/certificate", { csr: "x".repeat(20_000) })).toMatchObject({ status: 400 })
    expect(await ask("POST", "/certificate", { csr: "" })).toMatchObject({ status: 403 })
    expect(await ask("POST", "/certificate", { csr: "", secret: "x".repeat(65) })).toMatchObject({ status: 403 })
    expect(cluster.asked).toEqual([])
    expect(await ask("POST", "/certificate", { csr: "no request", secret: cluster.secret })).toMatchObject({
      status: 400,
    })
  })

  it("lets an address ask for a certificate only so often", async () => {
    const { node, cluster } = await manager()
    const wrong = makeToken(cluster.root.CACert, newSecret())
    let error = ""
    let attempts = 0
    for (; attempts < 90 && !error.includes("too many attempts"); attempts++) {
      error = JSON.stringify(await failure(join({ addresses: [node.address], token: wrong })))
    }
    expect(error).toContain("too many attempts")
    expect(attempts).toBeGreaterThan(wireLimits.joinsPerAddress_burst)
    expect(cluster.asked.length).toBe(attempts - 1)
  })

  it("says why it cannot listen", async () => {
    const { node, cluster } = await manager()
    const { makePort } = await import("../../../nodes/wire/port/port.ts")
    const error = await failure(
      Effect.scoped(
        makePort({
          host: "127.0.0.1",
          port: node.port?.port ?? 0,
          credentials: await credentials(cluster.root, "m1"),
          clusterId,
          links: node.links,
          removed: () => false,
          rootCertificate: () => undefined,
          admit: cluster.admit,
        }),
      ),
    )
    expect(error).toMatchObject({ _tag: "PortError", message: expect.stringContaining("EADDRINUSE") })
  })

  it("cuts every connection when it ends", async () => {
    const { node, cluster } = await manager()
    const worker = await start({
      id: "w",
      role: "worker",
      credentials: await credentials(cluster.root, "w", { role: "worker" }),
    })
    worker.links.know("m1", node.address)
    worker.links.send("m1", { kind: "agent", message: { type: "heartbeat", session: "s" } })
    await eventually("it is up", () => worker.links.peers().length === 1)
    const stream = worker.links.openStream("m1", {})
    await node.stop()
    await once(stream, "close").catch(() => {})
    await eventually("it is down", () => worker.links.peers().length === 0)
  })
})
