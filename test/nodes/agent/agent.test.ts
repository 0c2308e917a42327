import { expect, test } from "vitest"
import type { Network } from "../../../core/model/network.ts"
import type { TaskState } from "../../../core/model/task.ts"
import { Random } from "../../../core/random.ts"
import { Agent, type AgentOutput } from "../../../nodes/agent/agent.ts"
import type { ContainerSummary, EngineReply } from "../../../nodes/engine/engine.ts"
import { describeMachine } from "../../../nodes/engine/simulated/description.ts"
import type { Peer } from "../../../nodes/peer.ts"
import type { Assignment, DispatchMessage } from "../../../nodes/protocol.ts"

const manager: Peer = { id: "m1", role: "manager" }

/** An agent whose manager and engine are played by the test. */
class Played {
  readonly agent = new Agent({
    nodeId: "w1",
    description: describeMachine("w1"),
    addr: "10.0.0.2",
    managers: [{ nodeId: "m1", addr: "10.0.0.1:2377" }],
    random: new Random("played"),
    now: 0,
  })
  outputs: ReadonlyArray<AgentOutput> = []
  now = 0

  say(message: DispatchMessage, from = manager): void {
    this.outputs = this.agent.step(this.now, { type: "message", from, message })
  }

  /** Answers the last command. */
  reply(reply: EngineReply): void {
    const last = this.outputs.findLast((output) => output.type === "command")
    if (last?.type !== "command" || last.command.op !== reply.op) throw new Error(`${reply.op} was not asked for`)
    this.outputs = this.agent.step(this.now, { type: "engine", event: { type: "done", command: last.number, reply } })
  }

  /** Starts, with these containers there, and gets a session. */
  join(containers: ReadonlyArray<ContainerSummary> = []): void {
    this.outputs = this.agent.step(this.now, { type: "wake" })
    this.reply({ op: "list", containers })
    this.session("s1")
  }

  session(session: string): void {
    const sent = this.sent.findLast(({ type }) => type === "register")
    if (sent?.type !== "register") throw new Error("it did not register")
    const managers = [{ nodeId: "m1", addr: "10.0.0.1:2377" }]
    this.say({
      type: "session",
      attempt: sent.attempt,
      session,
      heartbeatPeriod: 5_000,
      managers,
      wanted: { role: "worker" },
    })
  }

  assignments(
    sequence: number,
    assign: ReadonlyArray<Assignment>,
    more: { complete?: boolean; remove?: string[] } = {},
  ) {
    const { complete = false, remove = [] } = more
    this.say({ type: "assignments", session: "s1", sequence, complete, assign, remove })
  }

  get sent() {
    return this.outputs.flatMap((output) => (output.type === "send" ? [output.message] : []))
  }

  get commands() {
    return this.outputs.flatMap((output) => (output.type === "command" ? [output.command.op] : []))
  }

  get reported() {
    return this.sent.flatMap((message) =>
      message.type === "statuses"
        ? message.statuses.map(({ taskId, status }) => [taskId, status.State, status.Err])
        : [],
    )
  }
}

const assignment = (ID: string, State: TaskState = "assigned", DesiredState: TaskState = "running"): Assignment => ({
  task: {
    ID,
    Version: { Index: 1 },
    CreatedAt: "",
    UpdatedAt: "",
    ServiceID: "s",
    SpecVersion: { Index: 1 },
    Slot: 1,
    NodeID: "w1",
    Status: { Timestamp: "", State },
    DesiredState,
  },
  spec: { ContainerSpec: { Image: "nginx" } },
  serviceName: "web",
})

const container = (taskId: string): ContainerSummary => ({
  containerId: `c-${taskId}`,
  labels: { "com.docker.swarm.task.id": taskId },
  state: "running",
})

test("nothing is registered before the engine has said what it holds", () => {
  const played = new Played()
  played.outputs = played.agent.step(0, { type: "wake" })
  expect(played.outputs.map(({ type }) => type)).toEqual(["command"])
  played.reply({ op: "list", containers: [] })
  expect(played.sent.map(({ type }) => type)).toEqual(["register"])
})

test("an engine that cannot list its containers is asked again", () => {
  const played = new Played()
  played.outputs = played.agent.step(0, { type: "wake" })
  played.agent.step(0, { type: "engine", event: { type: "failed", command: 1, error: "starting up" } })
  const at = played.agent.nextWake() ?? 0
  expect(at).toBe(1_000)
  played.outputs = played.agent.step(at, { type: "wake" })
  expect(played.commands).toEqual(["list"])
})

test("assignment messages are taken in their order, each once", () => {
  const played = new Played()
  played.join()
  played.assignments(1, [assignment("t1")], { complete: true })
  expect(played.commands).toEqual(["pull"])
  expect(played.sent).toContainEqual({ type: "assigned", session: "s1", sequence: 1 })
  played.assignments(3, [assignment("t3")])
  expect(played.commands).toEqual([])
  expect(played.sent).toContainEqual({ type: "assigned", session: "s1", sequence: 1 })
  played.assignments(2, [], { remove: ["t1"] })
  expect(played.agent.statuses().size).toBe(0)
  played.assignments(1, [assignment("t1")], { complete: true })
  expect(played.commands).toEqual([])
  expect(played.sent).toContainEqual({ type: "assigned", session: "s1", sequence: 2 })
})

test("only managers, in the present session, may say what runs here", () => {
  const played = new Played()
  played.join()
  const message = { type: "assignments", session: "s1", sequence: 1, complete: true, remove: [] } as const
  played.say({ ...message, assign: [assignment("t1")] }, { id: "m1", role: "worker" })
  expect(played.outputs).toEqual([])
  played.say({ ...message, session: "s0", assign: [assignment("t1")] })
  expect(played.outputs).toEqual([])
})

test("a container that ends before its task is heard of is remembered with its exit code", () => {
  const played = new Played()
  played.join([container("t1")])
  const event = { type: "exited", containerId: "c-t1", exitCode: 6 } as const
  played.agent.step(0, { type: "engine", event })
  played.assignments(1, [assignment("t1", "running")], { complete: true })
  expect(played.reported).toEqual([["t1", "failed", "task: non-zero exit (6)"]])
})

test("reports that were not confirmed go out at once in the next session", () => {
  const played = new Played()
  played.join()
  played.assignments(1, [assignment("t1")], { complete: true })
  expect(played.reported).toEqual([["t1", "preparing", undefined]])
  played.say({ type: "session-lost", session: "s1" })
  expect(played.reported).toEqual([])
  played.session("s2")
  expect(played.reported).toEqual([["t1", "preparing", undefined]])
})

test("one batch is on its way at a time, and is repeated until it is confirmed", () => {
  const played = new Played()
  played.join()
  played.assignments(1, [assignment("t1")], { complete: true })
  played.reply({ op: "pull" })
  played.reply({ op: "create", containerId: "c1" })
  expect(played.reported).toEqual([])
  played.now = 1_000
  played.outputs = played.agent.step(played.now, { type: "wake" })
  expect(played.reported).toEqual([["t1", "preparing", undefined]])
  expect(played.agent.nextWake()).toBe(3_000)
  played.say({ type: "statuses-ack", session: "s1", batch: 1 })
  expect(played.reported).toEqual([["t1", "starting", undefined]])
})

test("a node is on the ingress network and on those of its tasks, as long as they live", () => {
  const network = (ID: string): Network => ({
    ID,
    Version: { Index: 1 },
    CreatedAt: "",
    UpdatedAt: "",
    Spec: { Name: ID },
  })
  const names = () => played.agent.networks().map(({ ID }) => ID)
  const played = new Played()
  played.join()
  expect(names()).toEqual([])
  played.say({ type: "routes", session: "s1", number: 1, routes: [], network: network("ingress") })
  expect(names()).toEqual(["ingress"])
  const networks = [network("front"), network("back")]
  played.assignments(
    1,
    [
      { ...assignment("t1"), networks },
      { ...assignment("t2"), networks: [network("back")] },
    ],
    {
      complete: true,
    },
  )
  expect(names()).toEqual(["ingress", "front", "back"])
  played.assignments(2, [assignment("t3", "failed", "shutdown")], { remove: ["t1"] })
  expect(names()).toEqual(["ingress", "back"])
  played.say({ type: "routes", session: "s1", number: 2, routes: [] })
  expect(names()).toEqual(["back"])
})
