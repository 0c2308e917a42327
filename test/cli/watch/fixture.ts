import { seconds, toRfc3339 } from "../../../core/instant.ts"
import type { Node } from "../../../core/model/node.ts"
import type { Service, ServiceMode } from "../../../core/model/service.ts"
import type { Task, TaskState } from "../../../core/model/task.ts"
import type { ClusterStatus, ManagerView, StatusEvent } from "../../../nodes/status.ts"

/** Sunday, 2 March 2025, 12:03:27 UTC. */
export const now = Date.UTC(2025, 2, 2, 12, 3, 27, 250)
const created = toRfc3339(now - seconds(200))

const meta = (ID: string, index = 10) => ({ ID, Version: { Index: index }, CreatedAt: created, UpdatedAt: created })

export function node(
  name: string,
  options: Partial<Node["Spec"]> & { state?: Node["Status"]["State"]; raftId?: number } = {},
): Node {
  const { state = "ready", raftId, ...spec } = options
  return {
    ...meta(`node-${name}`),
    Spec: { Labels: {}, Role: raftId === undefined ? "worker" : "manager", Availability: "active", ...spec },
    Description: {
      Hostname: name,
      Platform: { Architecture: "x86_64", OS: "linux" },
      Resources: { NanoCPUs: 4_000_000_000, MemoryBytes: 8 * 1024 ** 3 },
      Engine: { EngineVersion: "28.2.2" },
    },
    Status: { State: state, Addr: "10.0.0.1" },
    ...(raftId === undefined
      ? {}
      : {
          ManagerStatus: {
            Leader: raftId === 1,
            Reachability: "reachable" as const,
            Addr: "10.0.0.1:2377",
            RaftID: raftId,
          },
        }),
  }
}

export function service(
  name: string,
  Image: string,
  options: {
    replicas?: number
    mode?: ServiceMode
    port?: readonly [number, number]
    stack?: string
    update?: Service["UpdateStatus"]
  } = {},
): Service {
  const { replicas = 1, mode = { Replicated: { Replicas: replicas } }, port, stack, update } = options
  const Ports = port && [
    { Protocol: "tcp" as const, PublishedPort: port[0], TargetPort: port[1], PublishMode: "ingress" as const },
  ]
  return {
    ...meta(`service-${name}`),
    SpecVersion: { Index: 10 },
    Spec: {
      Name: stack === undefined ? name : `${stack}_${name}`,
      Labels: stack === undefined ? {} : { "com.docker.stack.namespace": stack },
      TaskTemplate: { ContainerSpec: { Image } },
      Mode: mode,
    },
    Endpoint: Ports ? { Spec: { Mode: "vip", Ports }, Ports } : {},
    ...(update ? { UpdateStatus: update } : {}),
  }
}

export function task(
  service: string,
  Slot: number | undefined,
  nodeName: string | undefined,
  State: TaskState,
  options: { desired?: TaskState; Err?: string; id?: string } = {},
): Task {
  return {
    ...meta(options.id ?? `task-${service}-${Slot ?? nodeName}-${State}`),
    ServiceID: `service-${service}`,
    SpecVersion: { Index: 10 },
    ...(Slot === undefined ? {} : { Slot }),
    ...(nodeName === undefined ? {} : { NodeID: `node-${nodeName}` }),
    Status: { Timestamp: created, State, ...(options.Err === undefined ? {} : { Err: options.Err }) },
    DesiredState: options.desired ?? "running",
  }
}

export function manager(name: string, role: ManagerView["role"], options: Partial<ManagerView> = {}): ManagerView {
  return {
    name,
    nodeId: `node-${name}`,
    running: role !== "stopped",
    role,
    term: 4,
    vote: 1,
    commit: 318,
    applied: 318,
    lastIndex: 318,
    ...options,
  }
}

const event = (ago_s: number, kind: StatusEvent["kind"], text: string): StatusEvent => ({
  at: now - seconds(ago_s),
  kind,
  text,
})

const events: ReadonlyArray<StatusEvent> = [
  event(207, "machine", "manager1 started"),
  event(206, "raft", "manager1 became leader in term 2"),
  event(200, "service", "voting_db created"),
  event(200, "service", "voting_redis created"),
  event(200, "service", "voting_vote created, 3 replicas"),
  event(41, "raft", "manager1 became leader in term 4"),
  event(30, "machine", "worker3 crashed"),
  event(22, "node", "worker3 is down: heartbeat failure"),
  event(22, "task", "voting_redis.1 moved from worker3 to worker1"),
  event(9, "node", "worker2 availability drain"),
  event(5, "task", "voting_worker.1 failed on worker1: task: non-zero exit (1)"),
  event(1, "task", "voting_result.2 preparing on worker1"),
]

/** The voting app on three managers and three workers, in the middle of some trouble. */
export function votingApp(changes: Partial<ClusterStatus> = {}): ClusterStatus {
  const stack = "voting"
  return {
    now,
    simulation: { seed: "42", speed: 1, started: now - seconds(207) },
    index: 318,
    managers: [
      manager("manager1", "leader", { host: "tcp://127.0.0.1:2375" }),
      manager("manager2", "follower", { host: "tcp://127.0.0.1:2376", applied: 316, commit: 317 }),
      manager("manager3", "stopped", { host: "tcp://127.0.0.1:2377" }),
    ],
    nodes: [
      node("manager1", { raftId: 1 }),
      node("manager2", { raftId: 2 }),
      node("manager3", { raftId: 3, state: "down" }),
      node("worker1"),
      node("worker2", { Availability: "drain" }),
      node("worker3", { state: "down" }),
    ],
    services: [
      service("db", "postgres:15-alpine", { stack }),
      service("redis", "redis:alpine", { stack }),
      service("result", "dockersamples/examplevotingapp_result", { stack, replicas: 2, port: [5001, 80] }),
      service("vote", "dockersamples/examplevotingapp_vote", {
        stack,
        replicas: 3,
        port: [5000, 80],
        update: { State: "updating", StartedAt: created },
      }),
      service("worker", "dockersamples/examplevotingapp_worker", { stack }),
      service("agent", "portainer/agent:2.19", { mode: { Global: {} } }),
    ],
    tasks: [
      task("db", 1, "manager1", "running"),
      task("redis", 1, "worker3", "running", { desired: "shutdown" }),
      task("redis", 1, "worker1", "running", { id: "redis-new" }),
      task("result", 1, "manager2", "running"),
      task("result", 2, "worker1", "preparing"),
      task("vote", 1, "manager1", "running"),
      task("vote", 2, "manager2", "starting"),
      task("vote", 2, "worker2", "running", { desired: "shutdown" }),
      task("vote", 3, undefined, "pending", { Err: "no suitable node (insufficient resources on 2 nodes)" }),
      task("worker", 1, "worker1", "failed", { desired: "shutdown", Err: "task: non-zero exit (1)" }),
      task("worker", 1, "worker1", "ready", { desired: "ready" }),
      ...["manager1", "manager2", "worker1"].map((name) => task("agent", undefined, name, "running")),
    ],
    events,
    ...changes,
  }
}

/** Many nodes, each with its share of many tasks. */
export function largeCluster(nodes: number, tasks: number): ClusterStatus {
  const names = Array.from({ length: nodes }, (_, i) => `node${i + 1}`)
  const services = Array.from({ length: 20 }, (_, i) =>
    service(`svc${i + 1}`, `registry.example/app${i + 1}:v1`, { replicas: tasks / 20 }),
  )
  return {
    now,
    index: 12_345,
    managers: [1, 2, 3, 4, 5].map((n) => manager(`node${n}`, n === 1 ? "leader" : "follower")),
    nodes: names.map((name, i) => node(name, i < 5 ? { raftId: i + 1 } : {})),
    services,
    tasks: Array.from({ length: tasks }, (_, i) =>
      task(`svc${(i % 20) + 1}`, Math.floor(i / 20) + 1, names[(i * 7) % nodes], "running"),
    ),
    events,
  }
}
