import type { Stored } from "../storage/log-storage.ts"
import { type Entry, type HardState, initialHardState } from "../types.ts"
import { count } from "./parameters.ts"

/** What a disk holds that is described like this: `log=1,1,2:x term=3 vote=2 commit=1`. Or what is wrong with that. */
export function readStored(assignments: ReadonlyArray<readonly [name: string, value: string]>): Stored | string {
  let hardState: HardState = initialHardState
  let entries: ReadonlyArray<Entry> = []
  for (const [name, value] of assignments) {
    if (name === "log") {
      const log = readLog(value)
      if (typeof log === "string") return log
      entries = log
      // It has at least heard of the terms of its entries.
      hardState = { ...hardState, term: Math.max(hardState.term, entries.at(-1)?.term ?? 0) }
      continue
    }
    const number = count(value)
    if (number === undefined) return `${name} is a number`
    if (name !== "term" && name !== "vote" && name !== "commit")
      return `a disk has no ${name}; it has log, term, vote and commit`
    hardState = { ...hardState, [name]: number }
  }
  if (hardState.term < (entries.at(-1)?.term ?? 0)) return "the term is at least that of the last entry"
  if (hardState.commit > entries.length) return "no more is committed than there are entries"
  return { hardState, entries }
}

function readLog(text: string): ReadonlyArray<Entry> | string {
  const entries: Entry[] = []
  for (const item of text.split(",")) {
    const [term = "", ...data] = item.split(":")
    const number = count(term)
    if (number === undefined || number === 0 || number < (entries.at(-1)?.term ?? 0))
      return "a log is written as the terms of its entries, which never fall: log=1,1,2"
    const bytes = new TextEncoder().encode(data.join(":"))
    entries.push({ index: entries.length + 1, term: number, kind: "command", data: bytes })
  }
  return entries
}
