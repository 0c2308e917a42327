import type { Behaviour, Limits, Timing } from "../settings.ts"
import type { Settings } from "./conversation.ts"
import { count } from "./parameters.ts"

const switches: Readonly<Record<string, "preVote" | "checkQuorum" | "forwardProposals">> = {
  "pre-vote": "preVote",
  "check-quorum": "checkQuorum",
  forward: "forwardProposals",
}

const limits: Readonly<Record<string, keyof Limits>> = {
  "append-bytes": "append_bytes_max",
  inflight: "inflight_max",
  "entry-bytes": "entry_bytes_max",
  uncommitted: "uncommitted_entries_max",
  waiting: "waiting_max",
  "snapshot-interval": "snapshotInterval_entries",
  tail: "tail_entries",
  "chunk-bytes": "snapshotChunk_bytes",
  "snapshot-bytes": "snapshot_bytes_max",
  "promotion-lag": "promotionLag_entries",
}

const timing: Readonly<Record<string, keyof Timing>> = {
  heartbeat: "heartbeat_ms",
  "election-min": "election_ms_min",
  "election-max": "election_ms_max",
  "save-retry": "saveRetry_ms",
}

/** What `set` can set. */
export const optionNames: ReadonlyArray<string> = [
  ...Object.keys(switches),
  "lease-drift",
  ...Object.keys(limits),
  ...Object.keys(timing),
]

/** The settings with one of them changed, or what is wrong with it. */
export function setOption(settings: Settings, name: string, value: string): Settings | string {
  const behaviour = (change: Partial<Behaviour>) => ({ ...settings, behaviour: { ...settings.behaviour, ...change } })
  const flag = switches[name]
  if (flag !== undefined) {
    if (value !== "on" && value !== "off") return `${name} is on or off`
    return behaviour({ [flag]: value === "on" })
  }
  const limit = limits[name]
  if (limit !== undefined) {
    const max = count(value)
    return max === undefined ? `${name} is a number` : { ...settings, limits: { ...settings.limits, [limit]: max } }
  }
  const timer = timing[name]
  if (timer === undefined && name !== "lease-drift")
    return `there is no setting ${name}; there are ${optionNames.join(", ")}`
  const span_ms = value.endsWith("ms") ? count(value.slice(0, -2)) : undefined
  if (span_ms === undefined) return `${name} is a span of time, like 150ms`
  if (timer === undefined) return behaviour({ leaseDrift_ms: span_ms })
  return { ...settings, timing: { ...settings.timing, [timer]: span_ms } }
}
