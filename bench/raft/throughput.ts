import { Group, type Wire } from "./group.ts"

export interface Work {
  readonly members: number
  /** Bytes of one entry. */
  readonly payload: number
  /** Proposals before the group is left to come to rest. */
  readonly batch: number
  /** A batch is proposed in one call, and so travels as one message to each follower. */
  readonly together: boolean
  readonly wire: Wire
}

export interface Throughput {
  /** Entries that every member applied, per second of CPU time of the whole process (garbage collector and compiler included). */
  readonly perCpuSecond: number
  readonly messagesPerEntry: number
}

/** Proposes in batches on a fresh group for so many seconds of CPU time, and fails unless every member applied every entry. */
export function run(work: Work, seconds: number): Throughput {
  const group = new Group(work.members, work.wire)
  const before = process.cpuUsage()
  let proposed = 0
  let used_us = 0
  while (used_us < seconds * 1e6) {
    for (let done = 0; done < entriesBetweenLooks; done += work.batch) {
      const datas = Array.from({ length: work.batch }, () => new Uint8Array(work.payload))
      if (work.together) group.proposeAll(datas)
      else for (const data of datas) group.propose(data)
      group.drain()
    }
    proposed += entriesBetweenLooks
    const { user, system } = process.cpuUsage(before)
    used_us = user + system
  }
  if (group.applied !== proposed) throw new Error(`${group.applied} of ${proposed} entries were applied everywhere`)
  return { perCpuSecond: (proposed * 1e6) / used_us, messagesPerEntry: group.messages / proposed }
}

/** Looking at the clock costs. A multiple of every batch. */
const entriesBetweenLooks = 1000

/** The best of several runs, after one that warms up: what others do on the machine makes a second of CPU time worth less, never more. */
export function best(work: Work, seconds: number, runs: number): Throughput {
  run(work, seconds)
  const results = Array.from({ length: runs }, () => run(work, seconds))
  return results.reduce((best, result) => (result.perCpuSecond > best.perCpuSecond ? result : best))
}
