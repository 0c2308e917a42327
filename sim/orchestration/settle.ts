import { type Millis, seconds } from "../../core/instant.ts"
import { modeOf, replicasOf } from "../../core/model/defaults.ts"
import type { Service, ServiceSpec } from "../../core/model/service.ts"
import { isTerminal, type Task } from "../../core/model/task.ts"
import { specOf } from "../../core/store/reader.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import { slotKey, tableNames } from "../../core/store/tables.ts"
import type { Cluster } from "../cluster/cluster.ts"
import { goodConditions } from "../network/conditions.ts"
import { isAlive, isWanted } from "./checkers/tasks.ts"
import { clearOut, disagreements, isThere, strangers } from "./settle-swarm.ts"
import { runningContainers, type Watch } from "./watch.ts"

/** How long a healed cluster may take to run what is asked for: agents come back, delays and monitors pass, pulls are tried again. */
const within_ms = seconds(400)
const steady_ms = seconds(20)
/** How long it is watched afterwards. */
const quiet_ms = seconds(60)

/** Lets virtual time pass event by event, every checker after each. Says whether the condition came to hold. */
export type RunUntil = (condition: () => boolean, within: Millis) => boolean

/**
 * What must come about once users, faults and exits cease: replicas match and stay so, what waits for room is placed, updates and removals end,
 * engines run exactly that, managers agree, and a change of leader moves nothing. What is wrong, in words.
 */
export function checkEventually(cluster: Cluster, watch: Watch, runUntil: RunUntil): string | undefined {
  // A machine that is being stopped takes a second to be down; only then can it be started again.
  runUntil(() => false, seconds(2))
  heal(cluster)
  if (
    !runUntil(
      steady(cluster, () => isThere(cluster)),
      within_ms,
    )
  )
    return `no leader, or a node that does not come back: ${disagreements(cluster)}`
  clearOut(cluster)
  if (
    !runUntil(
      steady(cluster, () => isThere(cluster) && strangers(cluster).length === 0),
      within_ms,
    )
  )
    return `the nodes, their machines and the group do not agree: ${disagreements(cluster)}`
  for (const node of cluster.nodes()) if (node.Spec.Availability !== "active") cluster.activate(node.ID)
  mend(cluster)
  if (
    !runUntil(
      steady(cluster, () => unsettled(watch.store) === undefined && isThere(cluster)),
      within_ms,
    )
  )
    return `${unsettled(watch.store) ?? "a node or a manager is away"}, after ${within_ms} ms of peace`
  const before = tasksOf(watch.store)
  runUntil(() => false, quiet_ms)
  return (
    moved(before, watch.store, "in peace") ??
    differences(cluster, watch.store) ??
    checkHandOver(cluster, watch, runUntil)
  )
}

/** Whether the condition has held for as long as an agent may take to come back and tell. */
function steady(cluster: Cluster, condition: () => boolean): () => boolean {
  let since = cluster.now
  return () => {
    if (!condition()) since = cluster.now
    return cluster.now - since >= steady_ms
  }
}

function heal(cluster: Cluster): void {
  cluster.world.network.conditions = goodConditions
  cluster.heal()
  for (const host of cluster.world.hosts) {
    cluster.start(host.name)
    // Whom it asks to be let in may be no manager any more, and it would ask for ever.
    if (host.node?.state === "pending" && host.nodeId === "") cluster.leave(host.name)
    host.engineFault({ kind: "slow", factor: 1 })
    host.engineFault({ kind: "registry", reachable: true })
  }
}

/** What an operator does when it is over: services that may not restart what fell, and updates that stopped, are set going again. */
function mend(cluster: Cluster): void {
  for (const service of cluster.services()) {
    const { Condition = "any", MaxAttempts = 0 } = service.Spec.TaskTemplate.RestartPolicy ?? {}
    const isStuck = service.UpdateStatus?.State === "paused" || service.UpdateStatus?.State === "rollback_paused"
    if (Condition === "any" && MaxAttempts === 0 && !isStuck) continue
    cluster.updateService(service.Spec.Name, (spec) => mended(spec))
  }
}

const mended = (spec: ServiceSpec): ServiceSpec => ({
  ...spec,
  TaskTemplate: {
    ...spec.TaskTemplate,
    RestartPolicy: { Delay: 0 },
    ForceUpdate: (spec.TaskTemplate.ForceUpdate ?? 0) + 1,
  },
  ...(spec.Mode?.ReplicatedJob ? {} : { UpdateConfig: { Parallelism: 0, FailureAction: "continue" } }),
})

/** The first thing that is still under way. */
function unsettled(store: ClusterStore): string | undefined {
  for (const task of store.all("tasks")) {
    if (!isWanted(task) && !isTerminal(task.Status.State) && !(task.DesiredState === "complete" && hasNoRoom(task)))
      return `task ${task.ID} is to be ${task.DesiredState} and is still ${task.Status.State}`
    if (task.DesiredState === "ready") return `task ${task.ID} still waits for its time`
  }
  for (const service of store.all("services")) {
    const what = unsettledService(store, service)
    if (what) return `service ${service.Spec.Name}: ${what}`
  }
  return undefined
}

function unsettledService(store: ClusterStore, service: Service): string | undefined {
  const state = service.UpdateStatus?.State
  const wanted = store.find("tasks", "service", service.ID).filter(isWanted)
  // An update waits for its tasks to come up, as long as that takes.
  if (state === "updating" || state === "rollback_started")
    return wanted.some(hasNoRoom) ? undefined : `update is ${state}`
  const unfinished = wanted.find((task) => task.Status.State !== "running" && !hasNoRoom(task))
  if (unfinished) return `task ${unfinished.ID} is ${unfinished.Status.State} (${unfinished.Status.Err ?? "no error"})`
  const outdated = wanted.find((task) => !hasImageOf(store, service, task) && task.Status.State !== "running")
  if (outdated) return `task ${outdated.ID} is of an old spec`
  const { ReplicatedJob } = service.Spec.Mode ?? {}
  if (ReplicatedJob) return unfinishedJob(store, service, ReplicatedJob.TotalCompletions ?? 1)
  if (modeOf(service.Spec) !== "replicated") return undefined
  const slots = new Set(wanted.map(slotKey))
  const replicas = replicasOf(service.Spec)
  return slots.size === replicas && wanted.length === replicas
    ? undefined
    : `${wanted.length} tasks in ${slots.size} slots for ${replicas} replicas`
}

/** A job of which tasks wait for room is as far as it can get. */
function unfinishedJob(store: ClusterStore, { ID, JobStatus }: Service, total: number): string | undefined {
  const tasks = store
    .find("tasks", "service", ID)
    .filter((task) => task.JobIteration?.Index === JobStatus?.JobIteration.Index)
  const completed = tasks.filter((task) => task.Status.State === "complete").length
  if (tasks.some(hasNoRoom)) return undefined
  // A node that comes back may have completed what was given to another one meanwhile.
  return completed >= total ? undefined : `${completed} of ${total} completions`
}

/** Whether two specs differ in more than their letters is for the updater to judge; another image is another spec by any reading. */
const hasImageOf = (store: ClusterStore, service: Service, task: Task): boolean =>
  specOf(store, task)?.ContainerSpec?.Image === service.Spec.TaskTemplate.ContainerSpec?.Image

/** It waits for room that nobody has: that is an answer, and it says so. */
const hasNoRoom = ({ Status }: Task): boolean =>
  Status.State === "pending" && Status.Err !== undefined && Status.Err !== ""

const tasksOf = (store: ClusterStore): ReadonlyMap<string, Task> =>
  new Map([...store.all("tasks")].map((task) => [task.ID, task]))

function moved(before: ReadonlyMap<string, Task>, store: ClusterStore, when: string): string | undefined {
  const after = tasksOf(store)
  for (const [id, task] of after) {
    const was = before.get(id)
    if (!was) return `task ${id} was made ${when}`
    if (was.DesiredState !== task.DesiredState || was.Status.State !== task.Status.State)
      return `task ${id} went from ${was.Status.State} (to be ${was.DesiredState}) to ${task.Status.State} (to be ${task.DesiredState}) ${when}`
  }
  return undefined
}

function differences(cluster: Cluster, store: ClusterStore): string | undefined {
  const wanted = [...store.all("tasks")].filter((task) => isWanted(task) && isAlive(task)).map(({ ID }) => ID)
  const running = runningContainers(cluster.world.hosts).map(({ taskId }) => taskId)
  const missing = wanted.filter((id) => !running.includes(id))
  const surplus = running.filter((id) => !wanted.includes(id))
  if (missing.length + surplus.length > 0)
    return `engines lack tasks [${missing}] and run [${surplus}] beside what is wanted`
  return historyTooLong(store) ?? disagreement(cluster, store)
}

function historyTooLong(store: ClusterStore): string | undefined {
  const slots = new Map<string, number>()
  // Jobs keep all that they did.
  for (const task of store.all("tasks"))
    if (task.JobIteration === undefined) slots.set(slotKey(task), (slots.get(slotKey(task)) ?? 0) + 1)
  for (const [slot, count] of slots) if (count > 5) return `slot ${slot} keeps ${count} tasks`
  return undefined
}

/** Every manager holds the same objects. */
function disagreement(cluster: Cluster, store: ClusterStore): string | undefined {
  const textOf = (of: ClusterStore, table: (typeof tableNames)[number]) =>
    JSON.stringify([...of.all(table)].sort((a, b) => (a.ID < b.ID ? -1 : 1)))
  for (const host of cluster.world.managers) {
    const own = host.manager?.store
    if (own && own.index !== store.index) return `manager ${host.name} is at ${own.index}, the log at ${store.index}`
    for (const table of tableNames) {
      if (own && textOf(own, table) !== textOf(store, table)) return `manager ${host.name} has other ${table}`
    }
  }
  return undefined
}

/** A change of leader by itself starts and stops no task. */
function checkHandOver(cluster: Cluster, watch: Watch, runUntil: RunUntil): string | undefined {
  const leader = cluster.world.leader()
  if (!leader || cluster.world.managers.length < 2) return undefined
  const before = tasksOf(watch.store)
  leader.handOver()
  const other = () => {
    const next = cluster.world.leader()
    return next !== undefined && next !== leader
  }
  if (!runUntil(other, seconds(10))) return "leadership is not handed over"
  runUntil(() => false, seconds(20))
  return moved(before, watch.store, "because the leader changed")
}
