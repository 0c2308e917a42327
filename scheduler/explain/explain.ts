import type { Instant } from "../../core/instant.ts"
import { specId, type Task } from "../../core/model/task.ts"
import { type Reader, specRecordOf } from "../../core/store/reader.ts"
import type { NodeInfo } from "../placement/node-info.ts"
import { Pipeline } from "../placement/pipeline.ts"
import { Placer } from "../placement/placer.ts"
import { detailOf } from "./details.ts"
import { nearestChange } from "./remedy.ts"

/** What every filter that concerns a task says of one node. */
export interface NodeExplanation {
  readonly ID: string
  readonly Hostname: string
  readonly Fits: boolean
  readonly Filters: ReadonlyArray<{ readonly Name: string; readonly Passes: boolean; readonly Detail?: string }>
  /** What nodes that fit are ranked by, the task itself not counted. */
  readonly RecentFailures: number
  readonly TasksOfService: number
  readonly Tasks: number
}

export interface Explanation {
  readonly TaskID: string
  readonly ServiceName: string
  readonly Slot?: number
  readonly State: string
  readonly NodeID?: string
  /** In one sentence. */
  readonly Summary: string
  /** For a task that fits nowhere: what would have to change, together. */
  readonly NearestChange?: ReadonlyArray<string>
  /** Best first; those that do not fit last. */
  readonly Nodes: ReadonlyArray<NodeExplanation>
}

/** Why a task is where it is, or nowhere, as placement sees the cluster now (not as it was when it decided). */
export function explainTask(reader: Reader, now: Instant, task: Task): Explanation {
  const placer = new Placer()
  placer.lookAtAll(reader)
  const pipeline = new Pipeline(placer.nodes.requestOf(reader, task))
  placer.take(reader, task.ID, undefined)
  const avoided = placer.context(now, pipeline).avoided
  const isGlobal = task.Slot === undefined
  const present = [...placer.nodes.present()].filter((info) => !isGlobal || info.id === task.NodeID)
  const Nodes = present.map((info) => explainNode(pipeline, info, avoided?.get(info) ?? 0)).sort(inOrder)
  const fits = Nodes.some((node) => node.Fits)
  const pending = task.NodeID === undefined || task.Status.State === "pending"
  const change = pending && !fits ? nearestChange(pipeline, present) : undefined
  return {
    TaskID: task.ID,
    ServiceName: specRecordOf(reader, task)?.ServiceName ?? specId(task.ServiceID, task.SpecVersion),
    ...(task.Slot === undefined ? {} : { Slot: task.Slot }),
    State: task.Status.State,
    ...(task.NodeID === undefined ? {} : { NodeID: task.NodeID }),
    Summary: pending ? whyPending(task, Nodes) : whyThere(task, Nodes),
    ...(change && { NearestChange: change }),
    Nodes,
  }
}

function explainNode(pipeline: Pipeline, info: NodeInfo, failures: number): NodeExplanation {
  const { request } = pipeline
  const Filters = pipeline.verdicts(info).map(({ filter, passes }) => ({
    Name: filter.name,
    Passes: passes,
    ...(passes ? {} : { Detail: detailOf(filter.name, request, info) }),
  }))
  return {
    ID: info.id,
    Hostname: info.node?.Description.Hostname ?? "",
    Fits: Filters.every((filter) => filter.Passes),
    Filters,
    RecentFailures: failures,
    TasksOfService: info.tasksOf(request.serviceId),
    Tasks: info.tasks,
  }
}

const inOrder = (a: NodeExplanation, b: NodeExplanation): number =>
  Number(b.Fits) - Number(a.Fits) ||
  a.RecentFailures - b.RecentFailures ||
  a.TasksOfService - b.TasksOfService ||
  a.Tasks - b.Tasks

function whyPending({ Status }: Task, nodes: ReadonlyArray<NodeExplanation>): string {
  if (Status.State === "new") return Status.Err ?? "waits for its networks and ports"
  if (nodes.length === 0) return "there are no nodes"
  const fitting = nodes.filter((node) => node.Fits).length
  if (fitting > 0) return `fits on ${fitting} of ${nodes.length} nodes, and is placed in the next cycle`
  return Status.Err ?? `fits on none of ${nodes.length} nodes`
}

function whyThere(task: Task, nodes: ReadonlyArray<NodeExplanation>): string {
  const here = nodes.find((node) => node.ID === task.NodeID)
  if (!here) return "its node is gone"
  if (task.Slot === undefined)
    return `a global service has one task on every node, and this one is for ${here.Hostname}`
  const fitting = nodes.filter((node) => node.Fits)
  const counts = `${here.TasksOfService} other tasks of the service and ${here.Tasks} in all`
  if (!here.Fits) return `was placed on ${here.Hostname}, where it would not be placed now`
  if (fitting.length === 1) return `${here.Hostname} is the only node that it fits on`
  const [best] = fitting
  return best && inOrder(best, here) < 0
    ? `was placed on ${here.Hostname}, which has ${counts}; today ${best.Hostname} would be chosen (${best.TasksOfService} and ${best.Tasks})`
    : `of ${fitting.length} nodes that it fits on, none has fewer than ${here.Hostname}: ${counts}`
}
