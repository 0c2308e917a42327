import * as Effect from "effect/Effect"
import type { ClusterStatus } from "../../nodes/status.ts"
import type { Cli } from "../cli.ts"
import { httpEngine } from "../client/http.ts"
import { fetchPast } from "../watch/fetch.ts"
import { startScreen } from "../watch/start.ts"

export interface ShowOptions {
  /** A live screen, rather than lines. */
  readonly screen: boolean
  /** DOCKER_HOST for the first manager. */
  readonly host: string
  readonly seed: string
  readonly managers: number
  readonly workers: number
  readonly status: () => ClusterStatus
}

/** Shows the cluster until the user leaves: on a live screen, or as lines. */
export const show = (cli: Cli, options: ShowOptions): Effect.Effect<void> =>
  Effect.promise(async (signal) => {
    const { screen, host, seed, managers, workers, status } = options
    if (!screen) {
      cli.out(`drydock: a simulated cluster of ${managers} managers and ${workers} workers, seed ${seed}\n`)
      cli.out(`\n  export DOCKER_HOST=${host}\n  docker node ls\n\n`)
    }
    const hint = screen ? [`export DOCKER_HOST=${host}`] : []
    const { stdout, stderr, stdin } = process
    const io = { stdout, stderr, stdin, isTTY: screen, env: cli.env, ...(!screen && { columns: 100 }) }
    const engine = { client: httpEngine(host, "drydock-sim"), host, remote: false }
    const showing = await startScreen({ status, hint, engine, lookBack: (ask) => fetchPast(engine.client, ask) }, io)
    signal.addEventListener("abort", () => showing.stop())
    await showing.done
  })
