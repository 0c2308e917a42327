import type { Millis } from "../../core/instant.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import { ansiLines } from "./ansi.ts"
import { changesBetween } from "./changes.ts"
import { picture, type Size } from "./picture.ts"
import { isConverged } from "./services.ts"
import type { ColourDepth } from "./surroundings.ts"

export interface PageOptions {
  readonly columns: number
  readonly depth: ColourDepth
  readonly unicode: boolean
  readonly hint?: ReadonlyArray<string>
}

/** A page is not bound to a screen's height; it shows this many events. */
const pageEvents_max = 12
const pageRows = 200

/** The cluster's picture as text, for a pipe or a file: as many lines as it takes, with a line's end after each. */
export function page(status: ClusterStatus, { columns, depth, unicode, hint = [] }: PageOptions): string {
  const size: Size = { columns, rows: pageRows }
  const lines = ansiLines(picture(status, size, { unicode, hint, events_max: pageEvents_max }), depth)
  return lines.map((line) => `${line}\n`).join("")
}

export interface FollowOptions extends PageOptions {
  readonly status: () => ClusterStatus | Promise<ClusterStatus>
  readonly write: (text: string) => unknown
  readonly signal: AbortSignal
  readonly interval_ms?: Millis
  /** How long the first picture waits for the cluster to settle. */
  readonly patience_ms?: Millis
  /** Told when a status could not be had, once until the next that could. */
  readonly onError?: (error: unknown) => void
}

/**
 * For where there is no terminal: the picture once the cluster has settled, then a line for each thing that happens, until aborted. Fails when
 * the first status does.
 */
export async function followLines(options: FollowOptions): Promise<void> {
  const { signal, interval_ms = 500, patience_ms = 15_000 } = options
  let latest = await options.status()
  for (let waited = 0; !isConverged(latest) && waited < patience_ms && !signal.aborted; waited += interval_ms) {
    await sleep(interval_ms, signal)
    latest = (await statusOr(options, () => {})) ?? latest
  }
  if (signal.aborted) return
  options.write(page(latest, options))
  let failing = false
  while (!signal.aborted) {
    await sleep(interval_ms, signal)
    if (signal.aborted) return
    const next = await statusOr(options, (error) => {
      if (!failing) options.onError?.(error)
      failing = true
    })
    if (next === undefined) continue
    failing = false
    for (const line of changesBetween(latest, next)) options.write(`${line}\n`)
    latest = next
  }
}

async function statusOr(options: FollowOptions, onError: (error: unknown) => void): Promise<ClusterStatus | undefined> {
  try {
    return await options.status()
  } catch (error) {
    onError(error)
    return undefined
  }
}

/** Ends early when aborted. */
const sleep = (pause_ms: Millis, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", finish)
      resolve()
    }
    const timer = setTimeout(finish, pause_ms)
    signal.addEventListener("abort", finish)
  })
