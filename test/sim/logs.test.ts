import { expect, test } from "vitest"
import { seconds } from "../../core/instant.ts"
import type { LogOptions } from "../../nodes/log-protocol.ts"
import type { LogChunk } from "../../nodes/manager/logs/chunk.ts"
import { Cluster } from "../../sim/cluster/cluster.ts"

const everything: LogOptions = { follow: false, stdout: true, stderr: true }

/** Reads at a machine as a client does that takes each chunk at once, or only when told. */
function read(cluster: Cluster, at: string, service: string, options: Partial<LogOptions> = {}, eager = true) {
  const lines: Array<string> = []
  const tickets: Array<string> = []
  const state = { ended: false, error: "" }
  const host = cluster.world.host(at)
  if (!host?.node) throw new Error(at)
  const reader = host.node.readLogs(
    { services: [cluster.service(service).ID], tasks: [] },
    { ...everything, ...options },
    (chunk: LogChunk) => {
      if (chunk.type === "end") {
        state.ended = true
        state.error = chunk.error ?? ""
        return
      }
      for (const { member, entries } of chunk.parts) {
        for (const entry of entries) lines.push(`${member.hostname} ${entry.stream} ${entry.data.trimEnd()}`)
      }
      if (chunk.ticket === undefined) return
      if (eager) cluster.world.queue.after(0, () => reader.taken(chunk.ticket ?? ""))
      else tickets.push(chunk.ticket)
    },
  )
  return { lines, state, reader, tickets }
}

const talker = (script: string, replicas = 2) => ({
  Name: "talker",
  TaskTemplate: { ContainerSpec: { Image: "busybox", Command: ["sh", "-c", script] } },
  Mode: { Replicated: { Replicas: replicas } },
})

function cluster(script: string, replicas = 2): Cluster {
  const made = new Cluster({ seed: `logs ${script}`, managers: 3, workers: 2 })
  made.createService(talker(script, replicas))
  made.converge()
  made.run(seconds(2))
  return made
}

test("every manager reads the logs of all tasks, wherever they run", () => {
  const world = cluster("echo one; echo two >&2; exec sleep 1d", 5)
  for (const at of ["manager1", "manager2", "manager3"]) {
    const { lines, state } = read(world, at, "talker")
    world.runUntil(() => state.ended, { within: seconds(5) })
    expect(lines.filter((line) => line.endsWith("stdout one"))).toHaveLength(5)
    expect(lines.filter((line) => line.endsWith("stderr two"))).toHaveLength(5)
    expect(new Set(lines.map((line) => line.split(" ")[0])).size).toBe(5)
  }
})

test("only the last lines, only one stream, only what came since", () => {
  const world = cluster("echo one; echo two >&2; sleep 1; echo three; exec sleep 1d", 1)
  const texts = (options: Partial<LogOptions>) => {
    const { lines, state } = read(world, "manager2", "talker", options)
    world.runUntil(() => state.ended, { within: seconds(5) })
    return lines.map((line) => line.split(" ")[2])
  }
  expect(texts({})).toEqual(["one", "two", "three"])
  expect(texts({ tail: 1 })).toEqual(["three"])
  expect(texts({ tail: 2 })).toEqual(["two", "three"])
  expect(texts({ tail: 0 })).toEqual([])
  expect(texts({ stderr: false })).toEqual(["one", "three"])
  expect(texts({ stdout: false })).toEqual(["two"])
  expect(texts({ since: world.now + 1 })).toEqual([])
})

test("a followed service tells new lines, and the tasks that join it", () => {
  const world = cluster("while true; do echo tick; sleep 1; done", 1)
  const { lines, reader } = read(world, "manager3", "talker", { follow: true, tail: 0 })
  world.run(seconds(5))
  const before = lines.length
  expect(before).toBeGreaterThanOrEqual(4)
  world.scale("talker", 3)
  world.converge()
  world.run(seconds(3))
  expect(new Set(lines.map((line) => line.split(" ")[0])).size).toBe(3)
  reader.stop()
  const heard = lines.length
  world.run(seconds(30))
  expect(lines.length).toBe(heard)
})

test("nothing is told twice or left out when the leader changes under a reader", () => {
  const world = cluster("while true; do echo tick; sleep 1; done", 1)
  const started = world.running("talker")[0]?.Status.Timestamp ?? ""
  const readAt = ["manager1", "manager2", "manager3"].find((name) => name !== world.leader()) ?? ""
  const { lines } = read(world, readAt, "talker", { follow: true })
  world.run(seconds(3))
  const leader = world.leader() ?? ""
  const holder = world.machineOf(world.running("talker")[0] ?? expect.unreachable("runs"))
  if (holder !== leader) world.crash(leader)
  world.run(seconds(20))
  const passed = Math.floor((world.now - Date.parse(started)) / 1000)
  expect(Math.abs(lines.filter((line) => line.includes("tick")).length - passed)).toBeLessThanOrEqual(2)
})

test("a node that cannot be reached is named instead of passed over in silence", () => {
  const world = cluster("echo hello; exec sleep 1d", 2)
  const leader = world.leader() ?? ""
  const machines = world.running("talker").map((task) => world.machineOf(task) ?? "")
  const away = machines.find((name) => name !== leader) ?? expect.unreachable("two tasks, two machines")
  world.isolate(away)
  world.run(seconds(16))
  const { lines, state } = read(world, leader, "talker")
  world.runUntil(() => state.ended, { within: seconds(20) })
  expect(lines.some((line) => line.startsWith(`${away} stderr drydock: ${away} cannot be reached`))).toBe(true)
})

test("a reader who takes nothing stops the flow, and misses nothing once he goes on", () => {
  const world = cluster("while true; do echo tick; sleep 0.1; done", 1)
  const { lines, tickets, reader } = read(world, "manager1", "talker", { follow: true }, false)
  world.run(seconds(60))
  expect(tickets).toHaveLength(1)
  const first = lines.length
  for (let turn = 0; turn < 200 && tickets.length > 0; turn++) {
    reader.taken(tickets.shift() ?? "")
    world.run(100)
  }
  expect(lines.length).toBeGreaterThan(first + 500)
})

test("two runs of one seed read the same", () => {
  const run = () => {
    const world = cluster("while true; do echo tick; sleep 0.3; done", 3)
    const { lines } = read(world, "manager2", "talker", { follow: true })
    world.run(seconds(10))
    return lines
  }
  expect(run()).toEqual(run())
})
