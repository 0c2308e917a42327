import type { Observation } from "../raft/observation.ts"

/** What happened, in one run or in many. */
export class Figures {
  runs = 0
  virtual_ms = 0
  events = 0
  faults = 0
  crashes = 0
  elections = 0
  entries = 0
  snapshots = 0
  restores = 0
  configurations = 0
  forwarded = 0
  leaseReads = 0
  damaged = 0
  operations = 0
  unknown = 0
  undecided = 0
  /** From the healing of a quorum to one leader whom it follows: the longest. */
  elected_ms_max = 0
  #committed = 0

  see(event: Observation): void {
    if (event.type === "crashed") this.crashes++
    if (event.type !== "stepped") return
    const { status, outputs } = event
    if (status.commit > this.#committed) {
      this.entries += status.commit - this.#committed
      this.#committed = status.commit
    }
    for (const { type } of outputs) {
      if (type === "role" && status.role === "leader") this.elections++
      else if (type === "snapshot-due") this.snapshots++
      else if (type === "restore") this.restores++
      else if (type === "forwarded") this.forwarded++
      else if (type === "configuration" && status.role === "leader") this.configurations++
    }
  }

  add(other: Figures): void {
    for (const name of summed) this[name] += other[name]
    this.elected_ms_max = Math.max(this.elected_ms_max, other.elected_ms_max)
  }
}

const summed = [
  "runs",
  "virtual_ms",
  "events",
  "faults",
  "crashes",
  "elections",
  "entries",
  "snapshots",
  "restores",
  "configurations",
  "forwarded",
  "leaseReads",
  "damaged",
  "operations",
  "unknown",
  "undecided",
] as const

export const noFigures = (): Figures => new Figures()

export function describeFigures(figures: Figures): ReadonlyArray<string> {
  const { virtual_ms, elected_ms_max } = figures
  const counts = summed.flatMap((name) => (name === "virtual_ms" ? [] : [`${name} ${figures[name]}`]))
  return [`virtual hours ${(virtual_ms / 3_600_000).toFixed(1)}`, ...counts, `longest election ${elected_ms_max} ms`]
}
