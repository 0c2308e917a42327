import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { call } from "../api.ts"
import { eventually } from "../eventually.ts"
import { createdId, nodesOf, servicesOf, type TaskView, tasksOf } from "../views.ts"
import { create, get, type Host, type Member, post, ready, type Subject } from "./subject.ts"

interface Measure {
  readonly what: string
  /** Milliseconds. */
  readonly of: (subject: Subject) => Promise<number>
}

const createName = (replicas: number): string => `create ${replicas} to all running`

const measures: ReadonlyArray<Measure> = [
  ...[1, 10, 50].map(
    (replicas): Measure => ({ what: createName(replicas), of: (subject) => createAll(subject, replicas) }),
  ),
  { what: "scale 1 to 50", of: scale },
  { what: "stack of five services", of: stack },
  { what: "drain of 20 tasks", of: drain },
  {
    what: "leader kill -9: longest time without a write",
    of: (subject) => lostLeader(subject, (leader) => leader.kill()),
  },
  {
    what: "leader stopped in good order: longest time without a write",
    of: (subject) => lostLeader(subject, async (leader) => leader.stop()),
  },
  { what: "worker kill -9 to its replacement running", of: lostWorker },
]

/** Milliseconds of each, and MiB where the name says memory. `only`: those whose names contain it. */
export async function measureAll(
  subject: Subject,
  hosts: ReadonlyArray<Host>,
  only: string,
  note: (what: string, value: number) => void,
): Promise<void> {
  for (const { what, of } of measures.filter((one) => one.what.includes(only))) {
    note(what, await of(subject))
    if (what === createName(50)) {
      note("memory of a manager with 50 tasks, MiB (Swarm: with the engine)", memory_MiB(subject.members[0]))
    }
    await clear(subject, hosts)
  }
}

const createAll = (subject: Subject, replicas: number): Promise<number> =>
  timed(async () => {
    await create(subject.members[0], "/services/create", specOf(`create${replicas}`, replicas))
    await running(subject, replicas)
  })

async function timed(act: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

/** Heeds SIGTERM at once. */
const command = ["sh", "-c", "trap 'exit 0' TERM; sleep 86400 & wait"]

const specOf = (Name: string, Replicas: number) => ({
  Name,
  TaskTemplate: { ContainerSpec: { Image: "busybox:latest", Command: command } },
  Mode: { Replicated: { Replicas } },
})

/** Until exactly this many tasks run, on nodes that the condition allows. Asked every 40 ms. */
const running = (subject: Subject, count: number, where: (task: TaskView) => boolean = () => true): Promise<void> =>
  eventually(
    `${count} tasks run`,
    async () => {
      const filters = encodeURIComponent(JSON.stringify({ "desired-state": ["running"] }))
      const found = tasksOf(await get(subject.members[0], `/tasks?filters=${filters}`))
      const there = found.filter((task) => task.Status.State === "running" && where(task))
      if (there.length !== count) throw new Error(`${there.length} run`)
    },
    { patience_ms: 120_000, every_ms: 40 },
  )

/** The same containers without any cluster: all asked for at once, dealt out over the engines. */
export async function engineAlone(
  hosts: ReadonlyArray<Host>,
  note: (what: string, value: number) => void,
): Promise<void> {
  for (const replicas of [1, 10, 50]) {
    const sockets = Array.from({ length: replicas }, (_, at) => hosts[at % hosts.length]?.dockerd.socketPath ?? "")
    const create = (socketPath: string) =>
      call(socketPath, "POST", "/v1.40/containers/create", {
        body: { Image: "busybox:latest", Cmd: command },
        timeout_ms: 60_000,
      })
    const start = async (socketPath: string) => {
      const id = createdId((await create(socketPath)).body)
      await call(socketPath, "POST", `/v1.40/containers/${id}/start`, { timeout_ms: 60_000 })
      return { socketPath, id }
    }
    const began = performance.now()
    const started = await Promise.all(sockets.map(start))
    note(createName(replicas), performance.now() - began)
    const gone = started.map(({ socketPath, id }) =>
      call(socketPath, "DELETE", `/v1.40/containers/${id}?force=1`, { timeout_ms: 60_000 }),
    )
    await Promise.all(gone)
  }
}

async function scale(subject: Subject): Promise<number> {
  const [first] = subject.members
  const id = await create(first, "/services/create", specOf("scale", 1))
  await running(subject, 1)
  return timed(async () => {
    const service = servicesOf(await get(first, "/services")).find(({ ID }) => ID === id)
    await post(first, `/services/${id}/update?version=${service?.Version.Index}`, specOf("scale", 50))
    await running(subject, 50)
  })
}

const composeFile = JSON.stringify({
  version: "3.8",
  services: Object.fromEntries(
    ["vote", "result", "worker", "redis", "db"].map((name) => [
      name,
      { image: "busybox:latest", command, networks: ["back"], deploy: { replicas: 2 } },
    ]),
  ),
  networks: { back: {} },
})

/** The docker CLI included, which both need. */
async function stack(subject: Subject): Promise<number> {
  const host = `unix://${subject.members[0]?.socketPath}`
  const deploying = ["-H", host, "stack", "deploy", "--resolve-image", "never", "-c", "-", "s"]
  return timed(async () => {
    const deployed = promisify(execFile)("docker", deploying)
    deployed.child.stdin?.end(composeFile)
    await deployed
    await running(subject, 10)
  })
}

/** All tasks are on the worker, which is then drained: until as many run elsewhere. */
async function drain(subject: Subject): Promise<number> {
  const [first] = subject.members
  const nodes = nodesOf(await get(first, "/nodes"))
  const isWorker = ({ Spec }: (typeof nodes)[number]) => Spec.Role === "worker"
  const worker = nodes.find(isWorker)
  for (const node of nodes) if (!isWorker(node)) await setAvailability(first, node.ID, "pause")
  await create(first, "/services/create", specOf("drain", 20))
  await running(subject, 20, ({ NodeID }) => NodeID === worker?.ID)
  for (const node of nodes) if (!isWorker(node)) await setAvailability(first, node.ID, "active")
  const took = await timed(async () => {
    await setAvailability(first, worker?.ID ?? "", "drain")
    await running(subject, 20, ({ NodeID }) => NodeID !== worker?.ID)
  })
  await setAvailability(first, worker?.ID ?? "", "active")
  return took
}

async function setAvailability(member: Member | undefined, id: string, availability: string): Promise<void> {
  const node = nodesOf(await get(member, "/nodes")).find(({ ID }) => ID === id)
  const body = { Role: node?.Spec.Role, Availability: availability }
  await post(member, `/nodes/${id}/update?version=${node?.Version.Index}`, body)
}

/** What is looked at after the leader has ended: whether writes go on. */
const aftermath_ms = 3_000

/**
 * The longest time between two writes that were accepted, from the moment when the leader is killed, or told to end, until three seconds after
 * it has ended. Writes are tried one at a time at the other two managers in turn, each given two seconds.
 */
async function lostLeader(subject: Subject, lose: (leader: Member) => Promise<void>): Promise<number> {
  const leader = await leaderOf(subject)
  const others = subject.members.slice(0, 3).filter((member) => member !== leader)
  // It has led for a while, and followers have heard of it.
  await pause(3_000)
  const losing = lose(leader)
  const began = performance.now()
  let last = began
  let longest = 0
  let ended = Number.POSITIVE_INFINITY
  for (let attempt = 0; last < ended + aftermath_ms; attempt++) {
    if (performance.now() - last > 120_000) throw new Error("no write was accepted for two minutes")
    const member = others[attempt % others.length]
    const body = { Name: `after-${Date.now()}-${attempt}`, Data: "eA==" }
    const { status } = await call(member?.socketPath ?? "", "POST", "/v1.40/configs/create", {
      body,
      timeout_ms: 2_000,
    })
    const now = performance.now()
    if (status === 201) {
      longest = Math.max(longest, now - last)
      last = now
    }
    if (leader.pid() === undefined) ended = Math.min(ended, now)
    await pause(20)
  }
  await losing
  await leader.start()
  await ready(subject.members)
  return longest
}

async function leaderOf({ members }: Subject): Promise<Member> {
  const nodes = nodesOf(await get(members[0], "/nodes"))
  const leading = nodes.find(({ ManagerStatus }) => ManagerStatus?.Leader === true)
  const leader = members.find(({ name }) => name === leading?.Description.Hostname)
  if (!leader) throw new Error("nobody leads")
  return leader
}

/** Four tasks, one on each node, one of which is lost. */
async function lostWorker(subject: Subject): Promise<number> {
  const { members } = subject
  const worker = members.at(-1)
  const id = nodesOf(await get(members[0], "/nodes")).find(
    ({ Description }) => Description.Hostname === worker?.name,
  )?.ID
  await create(members[0], "/services/create", specOf("lost", 4))
  await running(subject, 4)
  await pause(3_000)
  const took = await timed(async () => {
    await worker?.kill()
    await running(subject, 4, ({ NodeID }) => NodeID !== id)
  })
  await worker?.start()
  await ready(members)
  return took
}

/** No service, no task, and no container left on any engine. */
async function clear(subject: Subject, hosts: ReadonlyArray<Host>): Promise<void> {
  const [first] = subject.members
  for (const { ID } of servicesOf(await get(first, "/services"))) {
    await call(first?.socketPath ?? "", "DELETE", `/services/${ID}`, { timeout_ms: 30_000 })
  }
  await eventually(
    "no container is left",
    async () => {
      for (const { dockerd } of hosts) {
        const left = await dockerd.docker("ps", "-aq")
        if (left !== "") throw new Error(`${left.split("\n").length} containers on ${dockerd.namespace}`)
      }
    },
    { patience_ms: 120_000, every_ms: 300 },
  )
  await pause(1_000)
}

function memory_MiB(member: Member | undefined): number {
  const status = readFileSync(`/proc/${member?.pid()}/status`, "utf8")
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024
}
