import type { Millis } from "../../core/instant.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import { httpEngine } from "../client/http.ts"
import { CliError } from "../errors.ts"
import { ansiLines } from "./ansi.ts"
import { render } from "./app/render.ts"
import { opening } from "./app/state.ts"
import type { View } from "./app/views.ts"
import { fetchStatus } from "./fetch.ts"
import { page } from "./lines.ts"
import { picture } from "./picture.ts"
import type { WatchIo } from "./showing.ts"
import { pageOptions, startScreen } from "./start.ts"
import { svg } from "./svg.ts"

/** `interval_ms`: between two looks at the cluster. A picture as SVG is drawn once. */
export interface WatchArgs {
  readonly host: string
  readonly once: boolean
  readonly format: "text" | "svg"
  /** Of the screen: the one to begin with, or, drawn once, the one to draw in place of the page. */
  readonly view: View | undefined
  readonly interval_ms: Millis
}

export const defaultInterval_ms = 500

/** Shows the cluster at `host`: once, or until the user leaves. The answer is the exit code. */
export async function run(args: WatchArgs, io: WatchIo): Promise<number> {
  const engine = httpEngine(args.host, "drydock-watch")
  const status = () => fetchStatus(engine, args.host)
  try {
    if (args.once || args.format === "svg") {
      io.stdout.write(still(await status(), args, io))
      return 0
    }
    const hint = [`DOCKER_HOST=${args.host} docker service ls`]
    // Whoever asks to watch a cluster wants to see it as it is, settled or not.
    const showing = await startScreen(
      {
        status,
        hint,
        engine: { client: engine, host: args.host, remote: true },
        ...(args.view && { view: args.view }),
        interval_ms: args.interval_ms,
        patience_ms: 0,
      },
      io,
    )
    await showing.done
    return 0
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    io.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
}

/** A view as a picture: what a screen of this size shows. */
const pictureSize = { columns: 100, rows: 31 }

function still(status: ClusterStatus, { format, view }: WatchArgs, io: WatchIo): string {
  const options = pageOptions(io)
  if (view) {
    const unicode = format === "svg" || options.unicode
    const drawn = render(opening({ size: pictureSize, unicode, status, view }))
    if (format === "svg") return svg(drawn, "drydock watch")
    return ansiLines(drawn, options.depth)
      .map((line) => `${line}\n`)
      .join("")
  }
  if (format === "text") return page(status, options)
  const size = { columns: options.columns, rows: 100 }
  return svg(picture(status, size, { unicode: true, events_max: 8 }), "drydock watch")
}
