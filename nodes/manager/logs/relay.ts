import type { Reader } from "../../../core/store/reader.ts"
import type { LogMember, LogMessage, LogSelector } from "../../log-protocol.ts"
import { taskName } from "../control/render-task.ts"
import type { Dispatch } from "../dispatcher/dispatch.ts"

/** What the leader makes of a message of a reader's manager: orders for agents, and an answer. It keeps nothing in mind. */
export interface Relayed {
  readonly orders: ReadonlyArray<Dispatch>
  readonly answer?: LogMessage
}

export interface RelaySurroundings {
  readonly store: Reader
  /** Whether a node's agent has a session. */
  readonly reaches: (nodeId: string) => boolean
}

export function relay(around: RelaySurroundings, reader: string, message: LogMessage): Relayed {
  switch (message.type) {
    case "subscribe":
      return subscribe(around, reader, message)
    case "unsubscribe":
      return { orders: message.nodes.map((to) => ({ to, message: { type: "logs-end", id: message.id } })) }
    case "ack":
      return {
        orders: [{ to: message.nodeId, message: { type: "log-ack", id: message.id, ack: message.ack } }],
      }
    default:
      return { orders: [] }
  }
}

function subscribe(
  { store, reaches }: RelaySurroundings,
  reader: string,
  { id, selector, options, read }: Extract<LogMessage, { readonly type: "subscribe" }>,
): Relayed {
  const members = membersOf(store, selector).map((member) => ({ ...member, reachable: reaches(member.nodeId) }))
  const byNode = new Map<string, Array<LogMember>>()
  for (const member of members) {
    if (member.reachable) byNode.set(member.nodeId, [...(byNode.get(member.nodeId) ?? []), member])
  }
  const orders = [...byNode].map(([to, those]): Dispatch => {
    const tasks = those.map(({ taskId }) => {
      const position = read[taskId]
      return { taskId, ...(position && { read: position }) }
    })
    return { to, message: { type: "logs", id, reader, tasks, options } }
  })
  const gone =
    selector.services.every((service) => store.get("services", service) === undefined) &&
    selector.tasks.every((task) => store.get("tasks", task) === undefined)
  return { orders, answer: { type: "members", id, members, gone } }
}

/** The tasks that were given to a node; those that wait for one have written nothing. */
function membersOf(store: Reader, selector: LogSelector): ReadonlyArray<Omit<LogMember, "reachable">> {
  const tasks = [
    ...selector.services.flatMap((service) => store.find("tasks", "service", service)),
    ...selector.tasks.flatMap((task) => store.get("tasks", task) ?? []),
  ]
  return tasks.flatMap((task) => {
    if (task.NodeID === undefined) return []
    return {
      taskId: task.ID,
      serviceId: task.ServiceID,
      nodeId: task.NodeID,
      name: taskName(store, task),
      hostname: store.get("nodes", task.NodeID)?.Description.Hostname ?? task.NodeID,
    }
  })
}
