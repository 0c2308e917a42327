import type { AnswerRecord, Cluster, Config, Network, Node, Secret, Service, SpecRecord, Task } from "../model/index.ts"
import { specId } from "../model/task.ts"

/** The tables of a cluster and what each holds. */
export interface Tables {
  readonly clusters: Cluster
  readonly nodes: Node
  readonly services: Service
  readonly specs: SpecRecord
  readonly tasks: Task
  readonly networks: Network
  readonly secrets: Secret
  readonly configs: Config
  readonly answers: AnswerRecord
}

export type TableName = keyof Tables

/** In the order in which snapshots are written: what is referred to comes before what refers to it. */
export const tableNames: ReadonlyArray<TableName> = [
  "clusters",
  "nodes",
  "networks",
  "secrets",
  "configs",
  "services",
  "specs",
  "tasks",
  "answers",
]

type Keys<T> = (object: T) => string | ReadonlyArray<string> | undefined

/** Where a task stands in its service: its slot's number, or its node for tasks that have none. */
export const slotKey = (task: Pick<Task, "ServiceID" | "Slot" | "NodeID">): string =>
  task.Slot === undefined ? `${task.ServiceID}@${task.NodeID ?? ""}` : `${task.ServiceID}#${task.Slot}`

const ids = (references: ReadonlyArray<string | undefined> | undefined): ReadonlyArray<string> =>
  references?.filter((id) => id !== undefined) ?? []

/**
 * The secondary indexes of each table. An index gives an object's keys; objects with equal keys are found together. Kept as changes
 * apply, so that what a control loop looks for costs what it finds.
 */
export const indexes = {
  clusters: {},
  nodes: {
    name: (node: Node) => node.Description.Hostname || undefined,
    role: (node: Node) => node.Spec.Role,
    /** Under "member": those that have, or are about to have, a member of the consensus group. */
    group: (node: Node) => (node.RaftID === undefined ? undefined : "member"),
  },
  services: {
    name: (service: Service) => service.Spec.Name,
    network: (service: Service) =>
      ids([...(service.Spec.TaskTemplate.Networks ?? []), ...(service.Spec.Networks ?? [])].map((n) => n.Target)),
    secret: (service: Service) => ids(service.Spec.TaskTemplate.ContainerSpec?.Secrets?.map((s) => s.SecretID)),
    config: (service: Service) => ids(service.Spec.TaskTemplate.ContainerSpec?.Configs?.map((c) => c.ConfigID)),
  },
  specs: {
    service: (spec: SpecRecord) => spec.ServiceID,
  },
  tasks: {
    service: (task: Task) => task.ServiceID,
    node: (task: Task) => task.NodeID,
    slot: (task: Task) => slotKey(task),
    spec: (task: Task) => specId(task.ServiceID, task.SpecVersion),
  },
  networks: {
    name: (network: Network) => network.Spec.Name,
  },
  secrets: {
    name: (secret: Secret) => secret.Spec.Name,
  },
  configs: {
    name: (config: Config) => config.Spec.Name,
  },
  answers: {},
} as const satisfies { [T in TableName]: Readonly<Record<string, Keys<Tables[T]>>> }

export type IndexName<T extends TableName> = Extract<keyof (typeof indexes)[T], string>

const everyIndex: { readonly [T in TableName]: Readonly<Record<string, Keys<Tables[T]>>> } = indexes

/** An object's key or keys in an index, none when it has no place there. */
export function keysOf<T extends TableName>(
  table: T,
  index: string,
  object: Tables[T],
): string | ReadonlyArray<string> {
  return everyIndex[table][index]?.(object) ?? []
}

const sameService = (a: Task, b: Task): boolean => a.ServiceID === b.ServiceID

/** Where it can be told without making keys that two states of a task have the same ones: most writes are of tasks, and keep them all. */
const sameTaskKeys: Readonly<Record<IndexName<"tasks">, (a: Task, b: Task) => boolean>> = {
  service: sameService,
  node: (a, b) => a.NodeID === b.NodeID,
  slot: (a, b) => sameService(a, b) && a.Slot === b.Slot && (a.Slot !== undefined || a.NodeID === b.NodeID),
  spec: (a, b) => sameService(a, b) && a.SpecVersion.Index === b.SpecVersion.Index,
}

const everySameKeys: {
  readonly [T in TableName]?: Readonly<Record<string, (a: Tables[T], b: Tables[T]) => boolean>>
} = { tasks: sameTaskKeys }

/** Tells whether two objects have the same keys in the index for certain; undefined where only making them tells. */
export const sameKeysOf = <T extends TableName>(
  table: T,
  index: string,
): ((a: Tables[T], b: Tables[T]) => boolean) | undefined => everySameKeys[table]?.[index]

export const indexNames = (table: TableName): ReadonlyArray<string> => Object.keys(indexes[table])
