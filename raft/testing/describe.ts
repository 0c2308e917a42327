import { decodeConfiguration } from "../configuration.ts"
import type { Message } from "../message.ts"
import { type ConfigurationData, type Entry, type MemberId, none, type Save, type SnapshotMetadata } from "../types.ts"

const decoder = new TextDecoder()

export const textOf = (data: Uint8Array): string => decoder.decode(data)

export const showMember = (id: MemberId): string => (id === none ? "none" : String(id))

/** `4/2 "x"`: index 4, term 2. A leader's first entry of its term has no data. */
export function showEntry({ index, term, kind, data }: Entry): string {
  const place = `${index}/${term}`
  if (kind === "configuration") return `${place} ${showConfiguration(decodeConfiguration(data))}`
  return data.length === 0 ? place : `${place} ${JSON.stringify(textOf(data))}`
}

export const showEntries = (entries: ReadonlyArray<Entry>): string => `[${entries.map(showEntry).join(", ")}]`

/** `{voters 1 2 3 learners 4}`; what is empty is left out. */
export function showConfiguration(configuration: ConfigurationData): string {
  const { voters, outgoing, learners, joining, demoted, removed } = configuration
  const parts = Object.entries({ voters, outgoing, learners, joining, demoted, removed })
  return `{${parts
    .filter(([, ids]) => ids.length > 0)
    .map(([name, ids]) => `${name} ${ids.join(" ")}`)
    .join(" ")}}`
}

export const showSnapshot = ({ index, term, configuration }: SnapshotMetadata): string =>
  `snapshot ${index}/${term} ${showConfiguration(configuration)}`

export function showSave({ hardState, snapshot, compactTo, truncateFrom, entries }: Save): string {
  const parts: string[] = []
  if (hardState !== undefined)
    parts.push(`term ${hardState.term} vote ${showMember(hardState.vote)} commit ${hardState.commit}`)
  if (snapshot !== undefined) parts.push(`${showSnapshot(snapshot)} ${JSON.stringify(textOf(snapshot.data))}`)
  if (compactTo !== undefined) parts.push(`compaction up to ${compactTo}`)
  if (truncateFrom !== undefined) parts.push(`truncation from ${truncateFrom}`)
  if (entries.length > 0) parts.push(showEntries(entries))
  return parts.join(", ")
}

/** Requests of a process's life are counted from a number that differs from life to life; a reader wants to see 1, 2, 3. */
const requestsPerLife = 2 ** 16
export const showRequest = (request: number): string => `request ${request % requestsPerLife}`

const showVote = (granted: boolean): string => (granted ? "granted" : "refused")

/** A message as one speaks of it: `append term 2 prev 3/1 entries [4/2 "x"] commit 3`. */
export function showMessage(message: Message): string {
  const start = `${message.type} term ${message.term}`
  switch (message.type) {
    case "vote":
      return `${start} last ${message.lastIndex}/${message.lastTerm}${message.transfer ? " transfer" : ""}`
    case "pre-vote":
      return `${start} last ${message.lastIndex}/${message.lastTerm}`
    case "vote-reply":
    case "pre-vote-reply":
      return `${start} ${showVote(message.granted)}`
    case "append": {
      const { prevIndex, prevTerm, entries, commit } = message
      return `${start} prev ${prevIndex}/${prevTerm} entries ${showEntries(entries)} commit ${commit}`
    }
    case "append-reply":
      return message.accepted
        ? `${start} accepted ${message.index}`
        : `${start} rejected ${message.index} hint ${message.hintIndex}/${message.hintTerm}`
    case "heartbeat":
      return `${start} commit ${message.commit} round ${message.round}`
    case "heartbeat-reply":
      return `${start} round ${message.round}`
    case "snapshot": {
      const { snapshot, offset, data, size } = message
      const { index, term } = snapshot
      return `${start} of ${index}/${term} bytes ${offset} to ${offset + data.length} of ${size} ${JSON.stringify(textOf(data))}`
    }
    case "snapshot-reply":
      return `${start} of ${message.index} has ${message.offset} bytes`
    case "read-index":
      return `${start} ${showRequest(message.request)}`
    case "read-index-reply":
      return `${start} ${showRequest(message.request)} index ${message.index}`
    case "propose":
      return `${start} ${showRequest(message.request)} ${JSON.stringify(textOf(message.data))}`
    case "propose-reply":
      return `${start} ${showRequest(message.request)} ${message.index === 0 ? "refused" : `index ${message.index}`}`
    case "timeout-now":
    case "removed":
      return start
  }
}
