import * as Result from "effect/Result"
import { type Answer, type ApiError, apiError } from "../../../core/errors.ts"
import { capacity, roomFor } from "../../../scheduler/explain/capacity.ts"
import { type Explanation, explainTask } from "../../../scheduler/explain/explain.ts"
import { type Plan, planOf } from "../../../scheduler/plan/plan.ts"
import { carryOut, rebalancing } from "../../../scheduler/rebalance.ts"
import { isWanted, newestOf } from "../../../scheduler/tasks.ts"
import type { ControlContext } from "./context.ts"
import type { ControlRequest, Planned } from "./request.ts"
import { resolve } from "./resolve.ts"

/** A service's pending tasks and one of those that are placed, or the one task. */
export function explain(context: ControlContext, name: string): Answer<{ readonly Tasks: ReadonlyArray<Explanation> }> {
  const { tx, now } = context
  const service = resolve(tx, "services", name)
  if (Result.isFailure(service)) {
    return Result.mapError(
      Result.map(resolve(tx, "tasks", name), (task) => ({ Tasks: [explainTask(tx, now, task)] })),
      () => apiError(404, `no such service or task: ${name}`),
    )
  }
  const tasks = tx.find("tasks", "service", service.success.ID).filter(isWanted)
  // Tasks of one spec wait for the same reason; one of them speaks for all.
  const waiting = tasks.filter((task) => task.NodeID === undefined || task.Status.State === "pending").slice(0, 1)
  const placed = newestOf(tasks.filter((task) => !waiting.includes(task) && task.NodeID !== undefined))
  return Result.succeed({ Tasks: [...waiting, ...(placed ? [placed] : [])].map((task) => explainTask(tx, now, task)) })
}

/** What every node has and has promised; with a service, how many more of its tasks would fit. */
export function showCapacity(context: ControlContext, service: string | undefined): Answer<object> {
  const Nodes = capacity(context.tx)
  if (service === undefined) return Result.succeed({ Nodes })
  return Result.map(resolve(context.tx, "services", service), (found) => ({
    Nodes,
    Service: { Name: found.Spec.Name, ...roomFor(context.tx, context.now, found) },
  }))
}

/** Moves tasks to emptier nodes, or only says which and what would follow. */
export function rebalance(context: ControlContext, moves: number, dryRun: boolean): Answer<object> {
  const { tx, now, random } = context
  if (!Number.isInteger(moves) || moves < 1) return Result.fail(apiError(400, "the number of moves must be at least 1"))
  const found = rebalancing(tx, now, moves)
  const Moves = found.map(({ taskId, serviceId, from, to }) => ({
    TaskID: taskId,
    Service: tx.get("services", serviceId)?.Spec.Name ?? serviceId,
    Slot: tx.get("tasks", taskId)?.Slot ?? 0,
    From: tx.get("nodes", from)?.Description.Hostname ?? from,
    To: tx.get("nodes", to)?.Description.Hostname ?? to,
  }))
  if (dryRun)
    return Result.succeed({ Moves, Plan: planOf(tx, now, random.fork("plan"), (copy) => carryOut(copy, found)) })
  carryOut(tx, found)
  return Result.succeed({ Moves })
}

/** Carries out one request as it would be for real. Given in, since this file is one of those that it is made of. */
type CarryOut = (context: ControlContext, request: ControlRequest) => Answer<unknown>

/**
 * What requests would lead to, one after the other. The first that would be refused refuses the whole, in the words it would be refused
 * in. What is done stays in the copy. A later request may name what an earlier one makes as planned-0, planned-1, ... by its place.
 */
export function plan(context: ControlContext, requests: ReadonlyArray<Planned>, carryOut: CarryOut): Answer<Plan> {
  let refusal: ApiError | undefined
  const { tx, now, random } = context
  const result = planOf(tx, now, random.fork("plan"), (copy) => {
    const ids = new Map<string, string>()
    requests.forEach((request, i) => {
      if (refusal) return
      const done = carryOut({ ...context, tx: copy, random: random.fork(`planned ${i}`) }, withIds(request, ids))
      if (Result.isFailure(done)) refusal = done.failure
      else ids.set(`planned-${i}`, idOf(done.success))
    })
  })
  return refusal ? Result.fail(refusal) : Result.succeed(result)
}

const idOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "ID" in value
    ? String(value.ID)
    : typeof value === "object" && value !== null && "Id" in value
      ? String(value.Id)
      : ""

/** The request with the names of planned objects replaced by the IDs that they got. */
function withIds(request: Planned, ids: ReadonlyMap<string, string>): Planned {
  const replaced = (value: unknown): unknown => {
    if (typeof value === "string") return ids.get(value) ?? value
    if (Array.isArray(value)) return value.map(replaced)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, replaced(field)]))
  }
  // Texts stay texts, and everything else stays what it is.
  return ids.size === 0 ? request : (replaced(request) as Planned)
}
