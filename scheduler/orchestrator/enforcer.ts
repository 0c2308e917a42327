import { type Instant, toRfc3339 } from "../../core/instant.ts"
import type { Node } from "../../core/model/node.ts"
import { stateRank, type Task } from "../../core/model/task.ts"
import { specOf } from "../../core/store/reader.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import type { ControlLoop, Turn } from "../loop.ts"
import { constraintsOf, nodeMatches } from "../placement/constraint.ts"
import { GenericClaims } from "../placement/generic-resources.ts"
import { mayBeAlive } from "../tasks.ts"
import { isOtherNode } from "./nodes.ts"

/**
 * Rejects tasks whose node no longer meets their service's constraints or has too few resources for them, so that they are replaced elsewhere.
 * Only on active nodes: a drained one is emptied anyway, a paused one is left alone.
 * Source: swarmkit manager/orchestrator/constraintenforcer.
 */
export class ConstraintEnforcer implements ControlLoop {
  readonly name = "enforce"

  turn({ tx, now, first, changes }: Turn): void {
    const nodes = new Set<string>()
    // What an earlier leader's entries changed, those entries enforced: a new one rejects nothing by itself.
    for (const change of first ? tx.steps : changes) {
      if (change.table === "nodes" && isOtherNode(change.before, change.after)) nodes.add(change.id)
    }
    for (const id of nodes) {
      const node = tx.get("nodes", id)
      if (node?.Spec.Availability === "active") enforce(tx, now, node)
    }
  }

  nextWake(): undefined {
    return undefined
  }
}

function enforce(tx: Transaction, now: Instant, node: Node): void {
  const { NanoCPUs: cpu, MemoryBytes: memory, GenericResources: offered = [] } = node.Description.Resources
  const free = { cpu, memory }
  const generic = new GenericClaims()
  for (const task of tx.find("tasks", "node", node.ID)) {
    if (!mayBeAlive(task) || stateRank(task.DesiredState) > stateRank("complete")) continue
    const { NanoCPUs = 0, MemoryBytes = 0 } = specOf(tx, task)?.Resources?.Reservations ?? {}
    const given = task.GenericResources ?? []
    const hasRoom = NanoCPUs <= free.cpu && MemoryBytes <= free.memory && generic.choose(offered, given) !== undefined
    if (!hasRoom || !meetsConstraints(tx, task, node)) {
      reject(tx, now, task)
      continue
    }
    free.cpu -= NanoCPUs
    free.memory -= MemoryBytes
    generic.book(given, 1)
  }
}

/** The service's present constraints count: a task that an update of them left alone still has the old ones. */
function meetsConstraints(tx: Transaction, task: Task, node: Node): boolean {
  const spec = tx.get("services", task.ServiceID)?.Spec.TaskTemplate ?? specOf(tx, task)
  return spec === undefined || nodeMatches(constraintsOf(spec), node)
}

/** Observed, not desired: what follows from it is the restart supervisor's to decide. */
function reject(tx: Transaction, now: Instant, task: Task): void {
  tx.update("tasks", {
    ...task,
    Status: {
      ...task.Status,
      Timestamp: toRfc3339(now),
      State: "rejected",
      Message: "task rejected by constraint enforcer",
      Err: "assigned node no longer meets constraints",
    },
  })
}
