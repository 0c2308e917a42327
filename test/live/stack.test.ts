import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { answering, LiveCluster } from "../../bench/live/cluster.ts"
import { type Dockerd, missingDockerd, startDockerd } from "../../bench/live/dockerd.ts"
import { eventually } from "../../bench/live/eventually.ts"
import type { NodeProcess } from "../../bench/live/node-process.ts"
import { nodesOf, servicesOf, tasksOf } from "../../bench/live/views.ts"
import { docker } from "../conformance/docker.ts"
import { votingStack } from "./voting-stack.ts"

const cannot = missingDockerd()
const port = 5000

describe.skipIf(cannot !== undefined)("a stack on five daemons that share a real engine", () => {
  let engine: Dockerd
  let cluster: LiveCluster

  beforeAll(async () => {
    engine = await startDockerd()
    const { namespace, socketPath } = engine
    const place = (index: number) => ({
      engine: `unix://${socketPath}`,
      machine: { namespace, address: `127.77.0.${index + 1}` },
    })
    cluster = await LiveCluster.start({ managers: 3, workers: 2, place })
  }, 120_000)

  afterAll(async () => {
    await cluster?.end()
    await engine?.stop()
  }, 120_000)

  const [manager1, worker2] = [() => at(0), () => at(4)]
  const at = (index: number): NodeProcess => cluster.nodes[index] ?? expect.unreachable("there is no such node")

  /** What the docker CLI prints at this node; it must succeed. */
  const out = async (node: NodeProcess, ...args: ReadonlyArray<string>): Promise<string> => {
    const { code, stdout, stderr } = await docker(`unix://${node.socketPath}`, args)
    if (code !== 0) throw new Error(`docker ${args.join(" ")}: ${code} ${stderr}`)
    return stdout.trim()
  }

  const page = (node: NodeProcess, published: number): Promise<string> =>
    engine.inNamespace("curl", "-sS", "-m", "3", `http://${node.address}:${published}/cgi-bin/page`)

  /** Every node that runs answers on both ports, through the service behind. */
  const answersEverywhere = (nodes: ReadonlyArray<NodeProcess> = cluster.nodes) =>
    eventually(
      "every node answers on both published ports",
      async () => {
        for (const node of nodes) {
          expect(await page(node, port)).toMatch(/^from vote-[123] by redis$/)
          expect(await page(node, port + 1)).toBe("from result by db")
        }
      },
      { patience_ms: 45_000 },
    )

  /** As many tasks run as are to run, and each of them has its container. */
  const settled = (manager: NodeProcess) =>
    eventually(
      "all tasks of the stack run",
      async () => {
        const services = servicesOf(await manager.get("/services"))
        const tasks = tasksOf(await manager.get("/tasks")).filter(({ DesiredState }) => DesiredState === "running")
        const wanted = services.reduce((sum, { Spec }) => sum + (Spec.Mode.Replicated?.Replicas ?? 0), 0)
        expect(tasks.map(({ Status }) => Status.State)).toEqual(Array(wanted).fill("running"))
        const running = (await containers()).length
        expect(running).toBe(wanted)
      },
      { patience_ms: 45_000 },
    )

  const containers = async (): Promise<ReadonlyArray<string>> =>
    (await engine.docker("ps", "-q", "--no-trunc"))
      .split("\n")
      .filter((id) => id !== "")
      .sort()

  const leader = async (): Promise<NodeProcess> => (await cluster.leader()) ?? expect.unreachable("nobody leads")

  it("is deployed with docker stack deploy, and answers on its published ports from every node", async () => {
    const file = join(cluster.folder, "voting.json")
    writeFileSync(file, votingStack(port))
    await out(manager1(), "stack", "deploy", "--resolve-image", "never", "-c", file, "voting")
    await settled(manager1())
    await answersEverywhere()
    await eventually("the worker carries votes", async () =>
      expect(await out(manager1(), "service", "logs", "--raw", "voting_worker")).toContain("carried from redis to db"),
    )
    // The ports are shared out among the tasks.
    const seen = new Set<string>()
    for (let i = 0; i < 9; i++) seen.add(await page(worker2(), port))
    expect(seen.size).toBe(3)
  }, 90_000)

  it("takes another service on its networks afterwards", async () => {
    await out(
      manager1(),
      "service",
      "create",
      "-d",
      "-q",
      "--name",
      "late",
      "--network",
      "voting_front",
      "nginx:alpine",
    )
    await settled(manager1())
    await out(manager1(), "service", "rm", "late")
    await settled(manager1())
  }, 60_000)

  it("survives the death of a container", async () => {
    const before = await containers()
    const victim = await engine.docker(
      "ps",
      "-q",
      "--no-trunc",
      "--filter",
      "label=com.docker.swarm.service.name=voting_redis",
    )
    await engine.docker("kill", victim)
    await settled(manager1())
    expect(await containers()).not.toContain(victim)
    expect((await containers()).length).toBe(before.length)
    await answersEverywhere()
  }, 60_000)

  it("survives kill -9 of a worker's daemon: its containers go on, and are its own again afterwards", async () => {
    await worker2().end("SIGKILL")
    await answersEverywhere(cluster.nodes.slice(0, 4))
    worker2().start()
    await answering(worker2())
    await settled(manager1())
    await answersEverywhere()
  }, 90_000)

  it("survives kill -9 of the leader", async () => {
    const lost = await leader()
    await lost.end("SIGKILL")
    const rest = cluster.nodes.filter((node) => node !== lost)
    const began = performance.now()
    const other = rest[0] ?? lost
    await eventually("a write is accepted", () =>
      out(other, "service", "update", "-d", "--label-add", "a=b", "voting_vote"),
    )
    expect(performance.now() - began).toBeLessThan(15_000)
    await answersEverywhere(rest)
    lost.start()
    await answering(lost)
    await settled(other)
    await answersEverywhere()
  }, 90_000)

  it("survives the draining of a node", async () => {
    const name = worker2().name
    await out(manager1(), "node", "update", "--availability", "drain", name)
    await eventually("nothing is left on it", async () => {
      const nodes = nodesOf(await manager1().get("/nodes"))
      const id = nodes.find(({ Description }) => Description.Hostname === name)?.ID
      expect(await engine.docker("ps", "-q", "--filter", `label=com.docker.swarm.node.id=${id}`)).toBe("")
    })
    await settled(manager1())
    await answersEverywhere()
    await out(manager1(), "node", "update", "--availability", "active", name)
  }, 60_000)

  it("survives a restart of all daemons without one container being replaced", async () => {
    await settled(manager1())
    const before = await containers()
    await Promise.all(cluster.nodes.map((node) => node.end("SIGTERM")))
    expect(await containers()).toEqual(before)
    for (const node of cluster.nodes) node.start()
    for (const node of cluster.nodes) await answering(node)
    await answersEverywhere()
    await settled(manager1())
    expect(await containers()).toEqual(before)
  }, 90_000)

  it("leaves nothing behind when it is removed", async () => {
    await out(manager1(), "stack", "rm", "voting")
    await eventually("no container and no bridge is left", async () => {
      expect(await engine.docker("ps", "-aq")).toBe("")
      expect((await engine.docker("network", "ls", "--format", "{{.Name}}")).split("\n").sort()).toEqual([
        "bridge",
        "host",
        "none",
      ])
    })
  }, 60_000)
})
