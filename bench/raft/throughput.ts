import { Group, type Wire } from "./group.ts"

export interface Work {
  readonly members: number
  /** Bytes of one entry. */
  readonly payload: number
  /** Proposals before the group is left to come to rest. */
  readonly batch: number
  readonly wire: Wire
}

export interface Throughput {
  /** Entries that every member applied, per second of CPU time of the whole process (garbage collector and compiler included). */
  readonly perCpuSecond: number
  readonly messagesPerEntry: number
}

/** Proposes `entries` in batches on a fresh group, and fails unless every member applied every one. */
export function run(work: Work, entries: number): Throughput {
  const group = new Group(work.members, work.wire)
  const before = process.cpuUsage()
  for (let done = 0; done < entries; done += work.batch) {
    for (let i = 0; i < work.batch; i++) group.propose(new Uint8Array(work.payload))
    group.drain()
  }
  const { user, system } = process.cpuUsage(before)
  const wanted = Math.ceil(entries / work.batch) * work.batch
  if (group.applied !== wanted) throw new Error(`${group.applied} of ${wanted} entries were applied everywhere`)
  return { perCpuSecond: (wanted * 1e6) / (user + system), messagesPerEntry: group.messages / wanted }
}

/** The median of several runs, after one that warms up. */
export function median(work: Work, entries: number, runs: number): Throughput {
  run(work, entries)
  const results = Array.from({ length: runs }, () => run(work, entries))
  results.sort((a, b) => a.perCpuSecond - b.perCpuSecond)
  const middle = results[Math.floor(runs / 2)]
  if (middle === undefined) throw new RangeError("at least one run")
  return middle
}
