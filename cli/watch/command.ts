import type { Millis } from "../../core/instant.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import type { Engine } from "../client/engine.ts"
import { httpEngine } from "../client/http.ts"
import { CliError } from "../errors.ts"
import { ansiLines } from "./ansi.ts"
import type { PastLook } from "./app/moments.ts"
import { render } from "./app/render.ts"
import { opening } from "./app/state.ts"
import type { View } from "./app/views.ts"
import { fetchPast, fetchStatus } from "./fetch.ts"
import { page } from "./lines.ts"
import { picture } from "./picture.ts"
import type { WatchIo } from "./showing.ts"
import { pageOptions, startScreen } from "./start.ts"
import { svg } from "./svg.ts"
import { offset } from "./title.ts"

/** `interval_ms`: between two looks at the cluster. A picture as SVG is drawn once. */
export interface WatchArgs {
  readonly host: string
  readonly once: boolean
  readonly format: "text" | "svg"
  /** Of the screen: the one to begin with, or, drawn once, the one to draw in place of the page. */
  readonly view: View | undefined
  readonly interval_ms: Millis
  /** A recording to show, in place of a cluster. */
  readonly replay?: string | undefined
  /** What was then: milliseconds since a simulation began. */
  readonly at_ms?: Millis | undefined
}

export const defaultInterval_ms = 500

/** Shows the cluster at `host`: once, or until the user leaves. The answer is the exit code. */
export async function run(args: WatchArgs, io: WatchIo): Promise<number> {
  try {
    if (args.replay === undefined) await watchCluster(args, io)
    else await watchRecording(args.replay, args, io)
    return 0
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    io.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}

async function watchCluster(args: WatchArgs, io: WatchIo): Promise<void> {
  const engine = httpEngine(args.host, "drydock-watch")
  const status = () => fetchStatus(engine, args.host)
  if (args.once || args.format === "svg") {
    io.stdout.write(still(await pictured(engine, args), args, io))
    return
  }
  const hint = [`DOCKER_HOST=${args.host} docker service ls`]
  // Whoever asks to watch a cluster wants to see it as it is, settled or not.
  const showing = await startScreen(
    {
      status,
      hint,
      lookBack: (ask) => fetchPast(engine, ask),
      engine: { client: engine, host: args.host, remote: true },
      ...(args.view && { view: args.view }),
      interval_ms: args.interval_ms,
      patience_ms: 0,
    },
    io,
  )
  await showing.done
}

/** The cluster now, or as it was. */
async function pictured(engine: Engine, { host, at_ms }: WatchArgs): Promise<Pictured> {
  const status = await fetchStatus(engine, host)
  if (at_ms === undefined) return { status }
  const { simulation } = status
  if (simulation?.event === undefined) throw new CliError(`--at: ${host} is not a simulated cluster, or knows no past`)
  return { status, look: await fetchPast(engine, { at: simulation.started + at_ms }) }
}

async function watchRecording(path: string, args: WatchArgs, io: WatchIo): Promise<void> {
  const { replayFile } = await import("./replay.ts")
  const { started, end, lookBack, remark } = await replayFile(path)
  const { at_ms } = args
  if (at_ms !== undefined && started + at_ms > end.at) {
    throw new CliError(`--at: the recording ends ${offset(end.at - started)} after its beginning`)
  }
  if (args.once || args.format === "svg") {
    if (remark !== undefined) io.stderr.write(`${remark}\n`)
    const look = at_ms === undefined ? end : await lookBack({ at: started + at_ms })
    io.stdout.write(still({ status: end.status, look }, args, io))
    return
  }
  if (!io.isTTY) throw new CliError("a recording is replayed on a terminal; for one picture of it: --once")
  const look = await lookBack({ at: started + (at_ms ?? 0) })
  const showing = await startScreen(
    {
      status: () => end.status,
      hint: [...(remark === undefined ? [] : [remark]), "space plays and stops"],
      lookBack,
      replay: { look, playing: at_ms === undefined },
      ...(args.view && { view: args.view }),
      interval_ms: 0,
    },
    io,
  )
  await showing.done
}

/** A view as a picture: what a screen of this size shows. */
const pictureSize = { columns: 100, rows: 31 }

/** What is to be drawn: what is now, or an earlier moment. */
interface Pictured {
  readonly status: ClusterStatus
  readonly look?: PastLook
}

function still({ status: now, look }: Pictured, { format, view }: WatchArgs, io: WatchIo): string {
  const options = pageOptions(io)
  const status = look?.status ?? now
  if (view) {
    const unicode = format === "svg" || options.unicode
    const drawn = render(
      opening({ size: pictureSize, unicode, status: now, view, ...(look && { replay: { look, playing: false } }) }),
    )
    if (format === "svg") return svg(drawn, "drydock watch")
    return ansiLines(drawn, options.depth)
      .map((line) => `${line}\n`)
      .join("")
  }
  if (format === "text") return page(status, options)
  const size = { columns: options.columns, rows: 100 }
  return svg(picture(status, size, { unicode: true, events_max: 8 }), "drydock watch")
}
