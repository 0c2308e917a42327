import type { RaftOutput } from "../../raft/index.ts"
import type { Observation } from "../raft/observation.ts"
import { describe, type Operation } from "./history.ts"

/** What a member's event comes to in one line; undefined when it is of no interest: heartbeats, answers, nothing. */
export function lineOf(event: Observation): string | undefined {
  const name = `member ${event.member.id}`
  switch (event.type) {
    case "started": {
      const { term, lastIndex, snapshotIndex } = event.status
      return `${name} starts: term ${term}, log to ${lastIndex}, snapshot ${snapshotIndex}`
    }
    case "crashed":
      return `${name} crashes`
    case "asked":
      return undefined
    case "stepped": {
      const parts = event.outputs.flatMap((output) => partOf(output) ?? [])
      return parts.length > 0 ? `${name}: ${parts.join("; ")}` : undefined
    }
  }
}

export function operationLine(what: string, operation: Operation): string {
  return `${what}: ${describe(operation)}`
}

function partOf(output: RaftOutput): string | undefined {
  switch (output.type) {
    case "save": {
      const { hardState, snapshot, truncateFrom, entries, ticket } = output
      const first = entries[0]
      const parts = [
        hardState && `term ${hardState.term} vote ${hardState.vote} commit ${hardState.commit}`,
        snapshot && `snapshot ${snapshot.index}`,
        truncateFrom !== undefined && `drops from ${truncateFrom}`,
        first && `entries ${first.index} to ${first.index + entries.length - 1} of term ${entries.at(-1)?.term}`,
      ]
      return `save ${ticket} (${parts.filter(Boolean).join(", ")})`
    }
    case "send": {
      const { type, term } = output.message
      return type.includes("vote") || type === "timeout-now" || type === "removed"
        ? `${type} of term ${term} to ${output.to}`
        : undefined
    }
    case "committed":
      return `applies ${output.entries[0]?.index} to ${output.entries.at(-1)?.index}`
    case "restore":
      return `restores snapshot ${output.snapshot.index}`
    case "role":
      return `${output.role} in term ${output.term}, leader ${output.leader}`
    case "configuration":
      return `configuration ${JSON.stringify(output.configuration)} from ${output.index}`
    case "read":
      return `reads at ${output.index}`
    default:
      return undefined
  }
}
