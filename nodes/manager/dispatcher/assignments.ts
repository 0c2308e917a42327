import type { Network } from "../../../core/model/network.ts"
import { isTerminal, stateRank, type Task, type TaskState } from "../../../core/model/task.ts"
import { type Reader, specRecordOf } from "../../../core/store/reader.ts"
import type { Assignment, ConfigFile, SecretFile } from "../../protocol.ts"

/** What a node is told of a task; undefined while the task is not (or never was) a node's business. */
export function assignmentOf(store: Reader, task: Task): Assignment | undefined {
  if (!isAssigned(task)) return undefined
  const record = specRecordOf(store, task)
  if (record === undefined) return undefined
  // What has ended, or is to end, gets no secrets: a node is told only those that it needs now.
  const container = isEnding(task) ? undefined : record.Spec.ContainerSpec
  const secrets = (container?.Secrets ?? []).flatMap(({ SecretID }): ReadonlyArray<SecretFile> => {
    const secret = store.get("secrets", SecretID)
    return secret === undefined ? [] : [{ id: SecretID, spec: secret.Spec }]
  })
  const configs = (container?.Configs ?? []).flatMap(({ ConfigID }): ReadonlyArray<ConfigFile> => {
    const config = store.get("configs", ConfigID)
    return config === undefined ? [] : [{ id: ConfigID, spec: config.Spec }]
  })
  const networks = (task.NetworksAttachments ?? []).flatMap(({ NetworkID }): ReadonlyArray<Network> => {
    const network = store.get("networks", NetworkID)
    return network === undefined || network.Spec.Ingress ? [] : [network]
  })
  const ports = record.EndpointSpec?.Ports?.filter((port) => port.PublishMode === "host") ?? []
  return {
    task,
    spec: record.Spec,
    serviceName: record.ServiceName,
    ...(record.ServiceLabels && { serviceLabels: record.ServiceLabels }),
    ...(ports.length === 0 ? {} : { ports }),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(configs.length === 0 ? {} : { configs }),
    ...(networks.length === 0 ? {} : { networks }),
  }
}

/** All that a node has to know. */
export function assignmentsOf(store: Reader, nodeId: string): ReadonlyArray<Assignment> {
  return store.find("tasks", "node", nodeId).flatMap((task) => assignmentOf(store, task) ?? [])
}

/** Whether a node that knew the task as it was before must be told of it as it is now. */
export function isNews(before: Task | undefined, after: Task): boolean {
  if (!isAssigned(after)) return false
  if (before === undefined || !isAssigned(before)) return true
  if (endedByAgent.has(before.Status.State)) return false
  return before.DesiredState !== after.DesiredState || before.SpecVersion.Index !== after.SpecVersion.Index
}

/** Ends that only the node itself reports: there is nothing left that it could do. */
const endedByAgent: ReadonlySet<TaskState> = new Set(["complete", "shutdown", "failed"])

const isEnding = (task: Task): boolean =>
  isTerminal(task.Status.State) || stateRank(task.DesiredState) >= stateRank("shutdown")

const isAssigned = (task: Task): boolean =>
  task.NodeID !== undefined && stateRank(task.Status.State) >= stateRank("assigned")
