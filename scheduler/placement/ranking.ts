import type { Instant } from "../../core/instant.ts"
import type { Request } from "./filters.ts"
import type { NodeInfo } from "./node-info.ts"

/** From so many recent failures of a spec on, a node is avoided for it. */
const manyFailures = 5

/** A node that may take the next task of a group. */
export interface Candidate {
  readonly info: NodeInfo
  readonly nodeId: string
  readonly failures: number
}

export const candidateOf = (info: NodeInfo, nodeId: string, request: Request, now: Instant): Candidate => ({
  info,
  nodeId,
  failures: info.recentFailures(request.specId, now),
})

/**
 * Which node takes a task rather: the one where it failed less, where that is often; then the one with fewer tasks of the service; then
 * the one with fewer tasks in all; then, so that every run decides the same, the one with the lower ID.
 * Source: swarmkit manager/scheduler/scheduler.go scheduleTaskGroup.
 */
export const better =
  (serviceId: string) =>
  (a: Candidate, b: Candidate): boolean => {
    if ((a.failures >= manyFailures || b.failures >= manyFailures) && a.failures !== b.failures) {
      return a.failures < b.failures
    }
    const ofService = a.info.tasksOf(serviceId) - b.info.tasksOf(serviceId)
    if (ofService !== 0) return ofService < 0
    const inAll = a.info.tasks - b.info.tasks
    return inAll !== 0 ? inAll < 0 : a.nodeId < b.nodeId
  }
