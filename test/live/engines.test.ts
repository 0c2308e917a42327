import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { answering, LiveCluster } from "../../bench/live/cluster.ts"
import { type Dockerd, missingDockerd, startDockerd } from "../../bench/live/dockerd.ts"
import { eventually } from "../../bench/live/eventually.ts"
import { Lan } from "../../bench/live/lan.ts"
import type { NodeProcess } from "../../bench/live/node-process.ts"
import { tasksOf } from "../../bench/live/views.ts"

const cannot = missingDockerd()
const port = 8080
const managers = 3
const replicas = 4

describe.skipIf(cannot !== undefined)("five machines, each with a real engine and a daemon", () => {
  let lan: Lan
  let cluster: LiveCluster
  const engines: Array<Dockerd> = []

  beforeAll(async () => {
    lan = new Lan()
    const machines = Array.from({ length: 5 }, () => lan.add())
    const started = machines.map((machine) => startDockerd({ machine }))
    for (const one of await Promise.allSettled(started)) if (one.status === "fulfilled") engines.push(one.value)
    await Promise.all(started)
    const place = (index: number) => {
      const machine = machines[index]
      return { engine: `unix://${engines[index]?.socketPath}`, ...(machine && { machine }) }
    }
    cluster = await LiveCluster.start({ managers, workers: 2, place })
  }, 120_000)

  afterAll(async () => {
    await cluster?.end()
    await Promise.all(engines.map((engine) => engine.stop()))
    lan?.remove()
  }, 120_000)

  const at = (index: number): NodeProcess => cluster.nodes[index] ?? expect.unreachable("there is no such node")
  const leader = async (): Promise<NodeProcess> => (await cluster.leader()) ?? expect.unreachable("nobody leads")

  /** The page of one of the tasks, asked for on a machine at its own published port. */
  const page = (node: NodeProcess): Promise<string> => {
    const engine = engines[cluster.nodes.indexOf(node)] ?? expect.unreachable("no engine")
    return engine.inNamespace("curl", "-sS", "-m", "3", `http://${node.address}:${port}/`)
  }

  const answersOn = (nodes: ReadonlyArray<NodeProcess>) =>
    eventually("every one of the machines answers", async () => {
      for (const node of nodes) expect(await page(node)).toMatch(/^[0-9a-f]{12}/)
    })

  const running = async (engine: Dockerd): Promise<number> =>
    (await engine.docker("ps", "-q")).split("\n").filter((id) => id !== "").length

  /** As many containers run on these engines as the service is to have, and the managers know it. */
  const settled = (nodes: ReadonlyArray<NodeProcess>, ask: NodeProcess) =>
    eventually(
      "all replicas run",
      async () => {
        const tasks = tasksOf(await ask.get("/tasks")).filter(({ DesiredState }) => DesiredState === "running")
        expect(tasks.map(({ Status }) => Status.State)).toEqual(Array(replicas).fill("running"))
        let found = 0
        for (const node of nodes) found += await running(engines[cluster.nodes.indexOf(node)] ?? expect.unreachable())
        expect(found).toBe(replicas)
      },
      { patience_ms: 60_000 },
    )

  it("answer on a published port everywhere, wherever the containers are", async () => {
    const body = {
      Name: "web",
      TaskTemplate: {
        ContainerSpec: { Image: "nginx:alpine", StopGracePeriod: 0 },
        Placement: { Constraints: ["node.role == worker"] },
      },
      Mode: { Replicated: { Replicas: replicas } },
      EndpointSpec: { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: port }] },
    }
    expect((await at(0).call("POST", "/services/create", { body, timeout_ms: 30_000 })).status).toBe(201)
    await settled(cluster.nodes, at(0))
    await answersOn(cluster.nodes)
    const seen = new Set<string>()
    for (let i = 0; i < 2 * replicas; i++) seen.add(await page(at(0)))
    expect(seen.size).toBe(replicas)
  }, 90_000)

  it("go on when the leader is killed", async () => {
    const lost = await leader()
    await lost.end("SIGKILL")
    const rest = cluster.nodes.filter((node) => node !== lost)
    await eventually("another leads", async () => {
      const body = { Name: `after-${Date.now()}`, Data: "eA==" }
      expect((await (rest[0] ?? lost).call("POST", "/configs/create", { body })).status).toBe(201)
    })
    await answersOn(rest)
    lost.start()
    await answering(lost)
    await answersOn(cluster.nodes)
  }, 90_000)

  it("replace what ran on a machine that is cut off, and end it there once it is back", async () => {
    const lost = at(4)
    const rest = cluster.nodes.slice(0, 4)
    const pairs = rest.flatMap((node) =>
      node.machine && lost.machine ? [{ here: node.machine, there: lost.machine }] : [],
    )
    for (const { here, there } of pairs) lan.deafen(here, there)
    for (const { here, there } of pairs) lan.deafen(there, here)
    await settled(rest, at(0))
    await answersOn(rest)
    // It cannot know that it is not wanted any more.
    expect(await running(engines[4] ?? expect.unreachable())).toBeGreaterThan(0)
    for (const { here, there } of pairs) lan.undeafen(here, there)
    for (const { here, there } of pairs) lan.undeafen(there, here)
    await settled(cluster.nodes, at(0))
    await answersOn(cluster.nodes)
  }, 120_000)
})
