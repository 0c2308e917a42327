import type { Behaviour, Limits, Timing } from "../settings.ts"
import type { Settings } from "./conversation.ts"
import { count } from "./parameters.ts"

type Switch = "preVote" | "checkQuorum" | "forwardProposals"

// By the machine's names, so that the compiler sees to it that none is missing.
const switches: Readonly<Record<Switch, string>> = {
  preVote: "pre-vote",
  checkQuorum: "check-quorum",
  forwardProposals: "forward",
}

const limits: Readonly<Record<keyof Limits, string>> = {
  append_bytes_max: "append-bytes",
  inflight_max: "inflight",
  entry_bytes_max: "entry-bytes",
  uncommitted_entries_max: "uncommitted",
  uncommitted_bytes_max: "uncommitted-bytes",
  waiting_max: "waiting",
  snapshotInterval_entries: "snapshot-interval",
  tail_entries: "tail",
  snapshotChunk_bytes: "chunk-bytes",
  snapshot_bytes_max: "snapshot-bytes",
  promotionLag_entries: "promotion-lag",
}

const timing: Readonly<Record<keyof Timing, string>> = {
  heartbeat_ms: "heartbeat",
  election_ms_min: "election-min",
  election_ms_max: "election-max",
  saveRetry_ms: "save-retry",
}

const lease = "lease-drift"

/** What `set` can set. */
export const optionNames: ReadonlyArray<string> = [switches, limits, timing]
  .flatMap((names) => Object.values(names))
  .concat(lease)

const keyOf = (names: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.keys(names).find((key) => names[key] === name)

/** The settings with one of them changed, or what is wrong with it. */
export function setOption(settings: Settings, name: string, value: string): Settings | string {
  const behaviour = (change: Partial<Behaviour>) => ({ ...settings, behaviour: { ...settings.behaviour, ...change } })
  const flag = keyOf(switches, name)
  if (flag !== undefined) {
    if (value !== "on" && value !== "off") return `${name} is on or off`
    return behaviour({ [flag]: value === "on" })
  }
  const limit = keyOf(limits, name)
  if (limit !== undefined) {
    const max = count(value)
    return max === undefined ? `${name} is a number` : { ...settings, limits: { ...settings.limits, [limit]: max } }
  }
  const timer = keyOf(timing, name)
  if (timer === undefined && name !== lease) return `there is no setting ${name}; there are ${optionNames.join(", ")}`
  const span_ms = value.endsWith("ms") ? count(value.slice(0, -2)) : undefined
  if (span_ms === undefined) return `${name} is a span of time, like 150ms`
  if (timer === undefined) return behaviour({ leaseDrift_ms: span_ms })
  return { ...settings, timing: { ...settings.timing, [timer]: span_ms } }
}
