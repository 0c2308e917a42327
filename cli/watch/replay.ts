import { readFileSync } from "node:fs"
import { setImmediate as breathe } from "node:timers/promises"
import * as Result from "effect/Result"
import { digestOf } from "../../sim/session/digest.ts"
import { History, type Look } from "../../sim/session/history.ts"
import { type Recording, readRecording } from "../../sim/session/recording.ts"
import { Replay, type Target } from "../../sim/session/replay.ts"
import { Diverged, type Moment } from "../../sim/session/session.ts"
import { CliError } from "../errors.ts"
import { drydockVersion } from "../version.ts"
import type { PastAsk, PastLook } from "./app/moments.ts"

/** A recorded session, replayed in this process. */
export interface Replayed {
  readonly started: number
  /** The last moment that is known. */
  readonly end: PastLook
  readonly lookBack: (ask: PastAsk) => Promise<PastLook>
  /** What whoever looks at it should know of it. */
  readonly remark: string | undefined
}

/** Reads a recording and replays it once, to see that it goes the way it went. Fails with CliError: file, line, and what is wrong. */
export async function replayFile(path: string): Promise<Replayed> {
  const read = readRecording(contentOf(path))
  if (Result.isFailure(read)) throw new CliError(`${path}:${read.failure.line}: ${read.failure.message}`)
  const recording = read.success
  const { options, entries, end } = recording
  const history = new History({
    options,
    entries,
    status: () => ({ speed: 1, hostOf: () => undefined, recorded: true }),
    first: await verified(path, recording),
  })
  const look = async (target: Target): Promise<PastLook> => {
    const { moment, status } = await carried(history.look(target))
    return { ...moment, end, status }
  }
  return {
    started: options.start,
    end: await look(end),
    lookBack: (ask) => look(within(ask, options.start, end)),
    remark: recording.cutShort ? `${path}: the last line is not whole and was left out` : undefined,
  }
}

function within(ask: PastAsk, start: number, end: Moment): Target {
  if ("event" in ask) return ask.event >= end.event ? end : { event: Math.max(0, ask.event) }
  return ask.at >= end.at ? end : { at: Math.max(start, ask.at) }
}

/** A world that has gone all the way, and stood at each mark where it stood when it was recorded. */
async function verified(path: string, { options, entries, marks, end, program }: Recording): Promise<Replay> {
  const replay = new Replay(options, entries)
  const own = drydockVersion()
  const why = program === own ? "" : `: it was recorded by drydock ${program}, and this is ${own}`
  for (const mark of marks) {
    const elsewhere = new CliError(`${path}:${mark.line}: the replay goes another way than what was recorded${why}`)
    try {
      replay.advance(mark)
    } catch (error) {
      throw error instanceof Diverged ? elsewhere : error
    }
    if (digestOf(replay.session.cluster) !== mark.digest) throw elsewhere
    await breathe()
  }
  try {
    replay.advance(end)
  } catch (error) {
    if (!(error instanceof Diverged)) throw error
    throw new CliError(`${path}: the replay goes another way than what was recorded${why}`)
  }
  return replay
}

async function carried(way: Generator<void, Look>): Promise<Look> {
  for (;;) {
    const next = way.next()
    if (next.done === true) return next.value
    await breathe()
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined
    throw new CliError(`open ${path}: ${code === "ENOENT" ? "no such file or directory" : (code ?? String(error))}`)
  }
}
