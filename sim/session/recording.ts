import { crc32 } from "node:zlib"
import * as Result from "effect/Result"
import { inputOf } from "./input.ts"
import type { Entry, Moment, SessionOptions } from "./session.ts"

/**
 * A recorded session as text: JSON, a line each, appended as it happens.
 *
 *   {"drydock":"session","version":1,"program":"0.1.0","seed":"x","managers":3,"workers":3,"start":1767258000000,"crc":"..."}
 *   {"event":1234,"at":1767258012345,"input":{"type":"crash","host":"manager1"},"crc":"..."}
 *   {"event":1300,"at":1767258012355,"crc":"..."}
 *   {"event":2345,"at":1767258013000,"digest":"...","crc":"..."}
 *
 * First what the world was made from; then the inputs and, between them, how far it had come when somebody was answered, and marks: where it
 * stood at that moment. `crc` is the CRC-32 of all
 * lines before and of its own up to it, so that a line that is damaged, missing or out of place is found.
 */
export const recordingVersion = 1

/** Where a world stood, for a replay to see that it stands there, too. */
export interface Mark extends Moment {
  readonly digest: string
}

export interface Recording {
  /** The version of the program that recorded it. */
  readonly program: string
  readonly options: SessionOptions
  readonly entries: ReadonlyArray<Entry>
  readonly marks: ReadonlyArray<Mark & { readonly line: number }>
  /** How far it is known. */
  readonly end: Moment
  /** The last line was not written to its end, and is left out. */
  readonly cutShort: boolean
}

export interface RecordingError {
  readonly line: number
  readonly message: string
}

/** Turns what is recorded into lines, in order. */
export class RecordingWriter {
  #crc = 0

  header(options: SessionOptions, program: string): string {
    const { seed, managers, workers, start } = options
    return this.#line({ drydock: "session", version: recordingVersion, program, seed, managers, workers, start })
  }

  entry({ event, at, input }: Entry): string {
    return this.#line({ event, at, input })
  }

  reached({ event, at }: Moment): string {
    return this.#line({ event, at })
  }

  mark({ event, at, digest }: Mark): string {
    return this.#line({ event, at, digest })
  }

  #line(content: object): string {
    const text = JSON.stringify(content).slice(0, -1)
    this.#crc = crc32(text, this.#crc)
    return `${text}${sealOf(this.#crc)}\n`
  }
}

const sealOf = (crc: number): string => `,"crc":"${crc.toString(16).padStart(8, "0")}"}`
const seal_bytes = sealOf(0).length

/** Reads a recording. A last line that does not end (the program was killed in it) is left out; whatever else is wrong is an error. */
export function readRecording(text: string): Result.Result<Recording, RecordingError> {
  const lines = text.split("\n")
  const cutShort = lines.pop() !== ""
  const header = headerOf(lines[0] ?? "")
  if (typeof header === "string") return Result.fail({ line: 1, message: header })
  const entries: Entry[] = []
  const marks: Array<Mark & { line: number }> = []
  let end: Moment = { event: 0, at: header.options.start }
  let crc = 0
  for (const [i, line] of lines.entries()) {
    const fail = (message: string) => Result.fail({ line: i + 1, message })
    crc = crc32(line.slice(0, -seal_bytes), crc)
    if (line.slice(-seal_bytes) !== sealOf(crc)) {
      return fail(
        "the recording is damaged here: this line is not the one that was written, or one before it is missing",
      )
    }
    if (i === 0) continue
    const { event, at, input, digest } = parsed(line)
    if (!isCount(event) || !isCount(at)) return fail("neither an input nor a mark")
    if (event < end.event || at < end.at) return fail("time goes back")
    end = { event, at }
    const known = inputOf(input)
    if (known) entries.push({ event, at, input: known })
    else if (typeof digest === "string") marks.push({ event, at, digest, line: i + 1 })
    else if (input !== undefined || digest !== undefined)
      return fail("an input that this version of drydock does not know")
  }
  return Result.succeed({ ...header, entries, marks, end, cutShort })
}

function headerOf(line: string): Pick<Recording, "program" | "options"> | string {
  const { drydock, version, program, seed, managers, workers, start } = parsed(line)
  if (drydock !== "session") return "not a recording of drydock sim"
  if (version !== recordingVersion) {
    return `a recording of version ${JSON.stringify(version)}; this drydock reads version ${recordingVersion}`
  }
  if (typeof program !== "string" || typeof seed !== "string") return "the recording's first line is incomplete"
  if (!isCount(managers) || !isCount(workers) || !isCount(start)) return "the recording's first line is incomplete"
  if (managers > 7 || workers > 1_000 || managers + workers === 0) return "a cluster of a size that no recording has"
  return { program, options: { seed, managers, workers, start } }
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(line)
    return typeof json === "object" && json !== null ? { ...json } : {}
  } catch {
    return {}
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
