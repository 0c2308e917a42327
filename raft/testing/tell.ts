import type { Forwarded, RaftOutput } from "../io.ts"
import { type MemberId, none } from "../types.ts"
import { showConfiguration, showEntries, showRequest, showSnapshot } from "./describe.ts"

type Told = Exclude<RaftOutput, { readonly type: "send" | "save" }>

/** What a member did besides sending and saving, in a line. */
export function tell(id: MemberId, output: Told): string {
  switch (output.type) {
    case "role":
      return `${id} ${showRole(output)}`
    case "configuration":
      return `${id} goes by ${showConfiguration(output.configuration)} from ${output.index} on`
    case "committed":
      return `${id} applies ${showEntries(output.entries)}`
    case "restore":
      return `${id} restores ${showSnapshot(output.snapshot)}`
    case "snapshot-due":
      return `${id} wants a snapshot at ${output.index}`
    case "read":
      return `${id} answers ${output.contexts.map((context) => `read ${context}`).join(", ")} with the state at ${output.index}`
    case "read-lost":
      return `${id} gives up ${output.contexts.map((context) => `read ${context}`).join(", ")}`
    case "forwarded":
      return `${id} learns that ${showRequest(output.request)} ${showForwarded(output.result)}`
  }
}

function showRole({ role, term, leader }: Extract<RaftOutput, { type: "role" }>): string {
  if (role === "stopped") return `stops in term ${term}: it was removed`
  if (role !== "follower") return `becomes ${role} in term ${term}`
  if (leader === none) return `is follower in term ${term}, and knows no leader`
  return `is follower of ${leader} in term ${term}`
}

function showForwarded(result: Forwarded): string {
  switch (result.outcome) {
    case "appended":
      return `is entry ${result.index}/${result.term}`
    case "refused":
      return "was refused"
    case "unknown":
      return "may be committed or not"
  }
}

/** Within one step nothing comes before anything else. It is told in the order in which it is best understood. */
const ranks: Readonly<Record<RaftOutput["type"], number>> = {
  role: 0,
  configuration: 1,
  "read-lost": 2,
  forwarded: 2,
  send: 3,
  save: 4,
  restore: 5,
  committed: 6,
  read: 7,
  "snapshot-due": 8,
}

export const inOrder = (outputs: ReadonlyArray<RaftOutput>): ReadonlyArray<RaftOutput> =>
  [...outputs].sort((a, b) => ranks[a.type] - ranks[b.type])
