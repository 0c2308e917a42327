import type { Answer } from "../api.ts"

/** What is known of one object of the load: one writer alone changes it, one request at a time. */
export interface Entry {
  readonly kind: "service" | "secret" | "config"
  readonly name: string
  /** The last change that was acknowledged; undefined: none was, not even its making. */
  acknowledged: Content | undefined
  /** Changes after it that had no answer: each may have happened, or may yet happen, or never. */
  open: Array<Content>
}

/** What an object says; "gone": it was removed. */
export type Content = "gone" | { readonly marker: string; readonly replicas: number }

export interface Counts {
  acknowledged: number
  refused: number
  unknown: number
}

/** Everything that the load asked for, and what came of it. */
export class Ledger {
  readonly entries: Array<Entry> = []
  readonly counts: Counts = { acknowledged: 0, refused: 0, unknown: 0 }
  readonly latencies_ms: Array<number> = []
  /** What was refused with, and how often. */
  readonly refusals = new Map<string, number>()
  /** When the last write was acknowledged (performance.now()), and the longest time without one. */
  #last: number
  longestGap_ms = 0

  constructor(now: number) {
    this.#last = now
  }

  /** Notes how a request to change an entry into `content` ended. */
  note(entry: Entry, content: Content, { status, error }: Answer, began: number): void {
    const now = performance.now()
    if (status >= 200 && status < 300) {
      this.counts.acknowledged++
      this.latencies_ms.push(now - began)
      this.#gap(now)
      entry.acknowledged = content
      entry.open = []
    } else if (isRefusal(status, error)) {
      this.counts.refused++
      const reason = `${status} ${error.replace(/[a-z0-9]{25}/g, "<id>").replace(/\bl?\d+-\d+\b/g, "<name>")}`
      this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1)
    } else {
      this.counts.unknown++
      entry.open.push(content)
    }
  }

  end(now: number): void {
    this.#gap(now)
  }

  #gap(now: number): void {
    this.longestGap_ms = Math.max(this.longestGap_ms, now - this.#last)
    this.#last = now
  }
}

/** Only the client's own fault is a certain no: of a server's error one cannot know what it had done before. */
const isRefusal = (status: number, error: string): boolean =>
  (status >= 400 && status < 500) || (status === 500 && error.includes("update out of sequence"))

/** What the store may say of the entry. */
export const allowed = ({ acknowledged, open }: Entry): ReadonlyArray<Content | undefined> => [acknowledged, ...open]

export const showContent = (content: Content | undefined): string =>
  content === undefined ? "never made" : content === "gone" ? "gone" : `${content.marker} x${content.replicas}`

/** Whether what was found (undefined: nothing) is what this content says. */
export function agrees(content: Content | undefined, found: Exclude<Content, "gone"> | undefined): boolean {
  if (content === undefined || content === "gone") return found === undefined
  return found !== undefined && found.marker === content.marker && found.replicas === content.replicas
}
