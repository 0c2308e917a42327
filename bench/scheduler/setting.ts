import type { Node } from "../../core/model/node.ts"
import type { Service } from "../../core/model/service.ts"
import { specId, type Task } from "../../core/model/task.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"
import { ClusterStore } from "../../core/store/store.ts"

/** 2030, for the sake of nothing. */
export const now = Date.UTC(2030, 0, 1)
const at = "2030-01-01T00:00:00Z"
const meta = { Version: { Index: 1 }, CreatedAt: at, UpdatedAt: at }

const zones = ["a", "b", "c"]

/** A node as the benchmarks have it: a label zone of a, b or c, 64 CPUs, 256 GiB, nothing running. */
export const nodeNumber = (i: number): Node => ({
  ...meta,
  ID: `node${String(i).padStart(21, "0")}`,
  Spec: { Labels: { zone: zones[i % 3] ?? "a" }, Role: "worker", Availability: "active" },
  Description: {
    Hostname: `host-${i}`,
    Platform: { OS: "linux", Architecture: "x86_64" },
    Resources: { NanoCPUs: 64e9, MemoryBytes: 256 * 1024 ** 3 },
    Engine: { EngineVersion: "27.0.0", Plugins: [{ Type: "Network", Name: "overlay" }] },
  },
  Status: { State: "ready", Addr: "10.0.0.1" },
})

export const serviceNumber = (i: number, TaskTemplate: TaskSpec, Replicas: number): Service => ({
  ...meta,
  ID: `service${String(i).padStart(18, "0")}`,
  Spec: { Name: `service-${i}`, TaskTemplate, Mode: { Replicated: { Replicas } } },
  SpecVersion: { Index: 1 },
  Endpoint: {},
})

export const taskNumber = (i: number, { ID: ServiceID, SpecVersion }: Service, Slot: number): Task => ({
  ...meta,
  ID: `task${String(i).padStart(21, "0")}`,
  ServiceID,
  SpecVersion,
  Slot,
  Status: { Timestamp: at, State: "pending", Message: "pending task scheduling" },
  DesiredState: "running",
})

/** A store with so many nodes and these services with a pending task for each of their replicas. */
export function storeOf(nodes: number, services: ReadonlyArray<Service>): ClusterStore {
  const store = new ClusterStore()
  for (let i = 0; i < nodes; i++) store.table("nodes").put(nodeNumber(i))
  let tasks = 0
  for (const service of services) {
    const { ID, SpecVersion, Spec } = service
    store.table("services").put(service)
    store.table("specs").put({
      ...meta,
      ID: specId(ID, SpecVersion),
      ServiceID: ID,
      SpecVersion,
      ServiceName: Spec.Name,
      Spec: Spec.TaskTemplate,
    })
    const replicas = Spec.Mode?.Replicated?.Replicas ?? 1
    for (let slot = 1; slot <= replicas; slot++) store.table("tasks").put(taskNumber(tasks++, service, slot))
  }
  return store
}

/** Milliseconds of the whole process's CPU time, garbage collector and compiler included, of the best of some runs, each on a fresh `make`. */
export function best<A>(runs: number, make: () => A, run: (a: A) => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < runs; i++) {
    const made = make()
    globalThis.gc?.()
    const started = process.cpuUsage()
    run(made)
    const { user, system } = process.cpuUsage(started)
    best = Math.min(best, (user + system) / 1_000)
  }
  return best
}

export const show = (ms: number): string => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString("en"))
