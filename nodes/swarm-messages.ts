import type { Instant } from "../core/instant.ts"
import type { Node } from "../core/model/node.ts"
import type { Service } from "../core/model/service.ts"
import type { Applied } from "../core/store/change.ts"
import type { EngineMessage } from "./engine-message.ts"

type Attributes = Readonly<Record<string, string>>

/**
 * What an entry of the log means to `docker events`, with Docker's attributes (moby daemon/cluster/events). An update of which none of
 * these can be told is a message all the same, unless it changed nothing that the API shows.
 */
export function swarmMessagesOf(at: Instant, changes: ReadonlyArray<Applied>): ReadonlyArray<EngineMessage> {
  return changes.flatMap((change): ReadonlyArray<EngineMessage> => {
    const { id } = change
    const say = (Type: string, Action: string, Attributes: Attributes): EngineMessage => ({
      Type,
      Action,
      Actor: { ID: id, Attributes },
      scope: "swarm",
      at,
    })
    switch (change.table) {
      case "services": {
        const { before, after } = change
        const name = (after ?? before)?.Spec.Name ?? ""
        if (before === undefined || after === undefined) return [say("service", actionOf(before, after), { name })]
        return serviceUpdates(before, after).map((attributes) => say("service", "update", { name, ...attributes }))
      }
      case "nodes": {
        const { before, after } = change
        const name = (after ?? before)?.Description.Hostname ?? ""
        if (before === undefined || after === undefined) return [say("node", actionOf(before, after), { name })]
        const attributes = nodeUpdate(before, after)
        return attributes ? [say("node", "update", { name, ...attributes })] : []
      }
      case "secrets":
      case "configs":
      case "networks": {
        const { before, after } = change
        const type = change.table.slice(0, -1)
        const name = (after ?? before)?.Spec.Name ?? ""
        const message = say(type, actionOf(before, after), { name })
        // Swarm makes a network, then allocates its subnet; here the two are one entry.
        const allocated = change.table === "networks" && !before && change.after?.Allocation !== undefined
        return allocated ? [message, say(type, "update", { name })] : [message]
      }
      default:
        return []
    }
  })
}

const actionOf = (before: unknown, after: unknown): string =>
  before === undefined ? "create" : after === undefined ? "remove" : "update"

/** A change of the spec and one of the update's state are told apart, though one entry may hold both. */
function serviceUpdates(before: Service, after: Service): ReadonlyArray<Attributes> {
  const updates: Array<Attributes> = []
  if (JSON.stringify(before.Spec) !== JSON.stringify(after.Spec)) {
    updates.push({
      ...difference("replicas", replicas(before), replicas(after)),
      ...difference("image", image(before), image(after)),
    })
  }
  // A new update wipes away the state of the last one: no message of its own.
  const state = after.UpdateStatus && difference("updatestate", before.UpdateStatus?.State, after.UpdateStatus.State)
  if (state && Object.keys(state).length > 0) updates.push(state)
  return updates
}

const replicas = ({ Spec }: Service): string | undefined => Spec.Mode?.Replicated?.Replicas?.toString()
const image = ({ Spec }: Service): string | undefined => Spec.TaskTemplate.ContainerSpec?.Image

/** Undefined when nothing changed that anybody asked for or can see: labels count, the heartbeat's times do not. */
function nodeUpdate(before: Node, after: Node): Attributes | undefined {
  const attributes = {
    ...difference("state", before.Status.State, after.Status.State),
    ...difference("availability", before.Spec.Availability, after.Spec.Availability),
    ...difference("role", before.Spec.Role, after.Spec.Role),
    ...difference(
      "leader",
      String(before.ManagerStatus?.Leader ?? false),
      String(after.ManagerStatus?.Leader ?? false),
    ),
    ...difference("reachability", before.ManagerStatus?.Reachability, after.ManagerStatus?.Reachability),
  }
  if (Object.keys(attributes).length > 0) return attributes
  return JSON.stringify(before.Spec) === JSON.stringify(after.Spec) ? undefined : {}
}

/** `key.old` and `key.new`, each where there is one; nothing when they are the same. */
function difference(key: string, before: string | undefined, after: string | undefined): Attributes {
  if (before === after) return {}
  return {
    ...(after === undefined ? {} : { [`${key}.new`]: after }),
    ...(before === undefined ? {} : { [`${key}.old`]: before }),
  }
}
