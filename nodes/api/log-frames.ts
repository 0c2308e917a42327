import { toRfc3339 } from "../../core/instant.ts"
import type { LogEntry } from "../log-entry.ts"

/** How log lines are written into an answer. */
export interface LogFormat {
  readonly timestamps: boolean
  /** Without frames, as for a terminal. */
  readonly raw: boolean
}

const number = { stdin: 0, stdout: 1, stderr: 2, systemerr: 3 } as const

/** Docker's frame: which stream, three zeros, the length in four bytes; then the data. */
export function frame(stream: keyof typeof number, data: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(8 + data.length)
  framed[0] = number[stream]
  framed.writeUInt32BE(data.length, 4)
  framed.set(data, 8)
  return framed
}

/** One line. `details` are the words before it: sorted pairs, or undefined for none at all. */
export function renderEntry(entry: LogEntry, format: LogFormat, details: string | undefined): Uint8Array {
  const time = format.timestamps ? `${entry.time ?? nanoTime(entry)} ` : ""
  const line = Buffer.from(`${time}${details === undefined ? "" : `${details} `}${entry.data}`, "latin1")
  return format.raw ? line : frame(entry.stream, line)
}

/** RFC 3339 with nine digits of a second, always. */
const nanoTime = ({ at }: LogEntry): string => {
  const [date = "", fraction = ""] = toRfc3339(at).slice(0, -1).split(".")
  return `${date}.${fraction.padEnd(9, "0")}Z`
}

/** key=value pairs in the order of their keys, as in a query. */
export const renderDetails = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join(",")
