import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { httpEngine } from "../../cli/client/http.ts"
import { main } from "../../cli/run.ts"
import { seconds } from "../../core/instant.ts"
import { fromAnswer } from "../../nodes/api/call.ts"
import { Cluster } from "../../sim/index.ts"
import { type Served, serve } from "../nodes/api/served.ts"

const gibibyte = 2 ** 30
const cluster = new Cluster({ seed: "planning", managers: 1, workers: 3 })
let served: Served

beforeAll(async () => {
  served = await serve({ gateway: { request: (request) => Effect.suspend(() => fromAnswer(cluster.ask(request))) } })
  for (const [Name, Replicas, MemoryBytes] of [
    ["web", 4, gibibyte],
    ["big", 1, 20 * gibibyte],
  ] as const) {
    cluster.createService({
      Name,
      TaskTemplate: {
        ContainerSpec: { Image: "nginx:1", StopGracePeriod: 0 },
        Resources: { Reservations: { MemoryBytes } },
      },
      Mode: { Replicated: { Replicas } },
    })
  }
  cluster.runUntil(() => cluster.running("web").length === 4)
})
afterAll(() => served.close())

/** Runs a command line against the cluster, which lives on only while it is asked. */
async function drydock(...argv: ReadonlyArray<string>): Promise<string> {
  let text = ""
  const write = (more: string) => {
    text += more
  }
  const connect = () => ({
    engine: httpEngine(served.docker, "test"),
    host: served.docker,
    out: write,
    err: write,
    isTerminal: false,
    columns: 120,
    env: {},
    cwd: "/",
    stdin: async () => Buffer.from(""),
    now: () => cluster.now,
    sleep: async (milliseconds: number) => cluster.run(milliseconds),
    onInterrupt: () => () => {},
  })
  expect([await main(argv, { out: write, err: write, connect }), text]).toEqual([0, text])
  return text
}

const places = (): ReadonlyArray<string> =>
  cluster.running("web").map((task) => `${task.ID} ${cluster.machineOf(task)}`)

describe("planning from the command line", () => {
  it("explains a pending task: every node with every verdict, and the nearest change", async () => {
    const text = await drydock("explain", "big")
    expect(text).toMatch(/^big\.1 \(\w+\) is pending: no suitable node \(insufficient resources on 4 nodes\)\n/)
    for (const node of ["manager1", "worker1", "worker2", "worker3"])
      expect(text).toMatch(new RegExp(`${node} +ready ok, resources NO \\(1\\d GiB short\\)`))
    expect(text).toMatch(/Nearest change that would make it fit: add 1\d GiB to \w+\n0 more tasks of big would fit\n$/)
  })

  it("explains where a task is, by its service or its ID", async () => {
    const [task] = cluster.running("web")
    expect(await drydock("explain", "web")).toMatch(/^web\.\d \(\w+\) is running: of 4 nodes that it fits on/)
    expect(await drydock("explain", task?.ID ?? "")).toContain(`(${task?.ID}) is running`)
  })

  it("shows what nodes have reserved, and how many more would fit", async () => {
    const text = await drydock("capacity", "web")
    expect(text.match(/ 1 \/ 8 GiB/g)).toHaveLength(4)
    expect(text).toMatch(/\n28 more of web would fit\n$/)
    expect(await drydock("node", "ls", "--capacity")).toBe(text.replace(/28 more.*\n$/, ""))
  })

  it("--dry-run tells what an update, a drain and a scaling would do, and does nothing", async () => {
    const before = places()
    const index = cluster.service("web").Version.Index
    const update = await drydock("service", "update", "--dry-run", "--image", "nginx:2", "--update-delay", "5s", "web")
    expect(update).toContain("service web: its tasks are made from a new spec\n")
    expect(update.match(/ stop {3}web\.\d/g)).toHaveLength(4)
    expect(update).toMatch(/\+15\.0s {2}start {2}web\.\d/)
    const drain = await drydock("node", "update", "--availability", "drain", "--dry-run", "worker1")
    expect(drain).toContain("1 task would start, 1 stop, 0 would find no node\n")
    expect(await drydock("service", "update", "--dry-run", "--replicas", "1", "web")).toContain(
      "0 tasks would start, 3 stop, 0 would find no node\n",
    )
    cluster.run(seconds(20))
    expect(places()).toEqual(before)
    expect(cluster.service("web").Version.Index).toBe(index)
  })

  it("rebalances only when asked to in earnest, and at most as many as it may", async () => {
    for (const node of ["worker1", "worker2"]) cluster.drain(node)
    cluster.runUntil(() => cluster.running("web").every((task) => !/worker[12]/.test(cluster.machineOf(task) ?? "")))
    cluster.run(seconds(10))
    for (const node of ["worker1", "worker2"]) cluster.activate(node)
    cluster.run(seconds(10))
    const before = places()
    expect(await drydock("rebalance", "--dry-run")).toMatch(/^web\.\d would move from .*\nweb\.\d would move from /)
    cluster.run(seconds(10))
    expect(places()).toEqual(before)
    expect(await drydock("rebalance", "--moves", "1")).toMatch(/^web\.\d moves from \w+, for now to worker[12]\n$/)
    cluster.run(seconds(20))
    expect(places().filter((place) => !before.includes(place))).toHaveLength(1)
    await drydock("rebalance")
    cluster.run(seconds(20))
    expect(new Set(cluster.running("web").map((task) => cluster.machineOf(task))).size).toBe(4)
    expect(await drydock("rebalance")).toBe("no task would be better off elsewhere\n")
  })
})
