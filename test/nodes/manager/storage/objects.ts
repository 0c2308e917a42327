import type { Network, Secret, Service, SpecRecord, Task } from "../../../../core/model/index.ts"
import type { Change, ChangeSet } from "../../../../core/store/change.ts"

const meta = (ID: string) => ({ ID, Version: { Index: -1 }, CreatedAt: "2026-01-01T00:00:00Z", UpdatedAt: "" })

export const network = (ID: string, Name: string): Network => ({ ...meta(ID), Spec: { Name, Driver: "overlay" } })

export const secret = (ID: string, Name: string, Data: string): Secret => ({ ...meta(ID), Spec: { Name, Data } })

export function service(ID: string, Name: string, Image: string): Service {
  const Spec = { Name, TaskTemplate: { ContainerSpec: { Image } }, Mode: { Replicated: { Replicas: 2 } } }
  return { ...meta(ID), Spec, SpecVersion: { Index: 1 }, Endpoint: {} }
}

export const spec = (ServiceID: string, ServiceName: string): SpecRecord => ({
  ...meta(`${ServiceID}.1`),
  ServiceID,
  SpecVersion: { Index: 1 },
  ServiceName,
  Spec: { ContainerSpec: { Image: "nginx" } },
})

export const task = (ID: string, ServiceID: string, Slot: number, State: Task["Status"]["State"]): Task => ({
  ...meta(ID),
  ServiceID,
  SpecVersion: { Index: 1 },
  Slot,
  NodeID: "node1",
  Status: { Timestamp: "2026-01-01T00:00:00Z", State },
  DesiredState: "running",
})

/** What the entry at this index of a small but busy cluster does: it depends on the index alone. */
export function changesAt(index: number): ChangeSet {
  const changes: Change[] = []
  const service_ = `service${index % 5}`
  if (index % 7 === 0) {
    changes.push({ op: "delete", table: "services", id: service_ })
    changes.push({ op: "delete", table: "specs", id: `${service_}.1` })
  } else {
    changes.push({ op: "put", table: "services", object: service(service_, `web${index % 5}`, `nginx:${index}`) })
    changes.push({ op: "put", table: "specs", object: spec(service_, `web${index % 5}`) })
    changes.push({
      op: "put",
      table: "tasks",
      object: task(`task${index % 40}`, service_, index % 40, index % 2 ? "running" : "failed"),
    })
  }
  if (index % 3 === 0) changes.push({ op: "delete", table: "tasks", id: `task${(index * 7) % 40}` })
  if (index % 11 === 0)
    changes.push({ op: "put", table: "secrets", object: secret("secret1", "password", `${index}`.repeat(2000)) })
  return changes.filter((change, i) => changes.findLastIndex((other) => idOf(other) === idOf(change)) === i)
}

const idOf = (change: Change): string => `${change.table} ${change.op === "put" ? change.object.ID : change.id}`
