import type { Millis } from "../../../core/instant.ts"
import type { Random } from "../../../core/random.ts"
import type { EngineCommand, EngineOp } from "../engine.ts"
import type { ImageStore } from "./image-store.ts"
import { defaultLatencies, drawSpan, type Latencies } from "./latencies.ts"

/** How long this engine takes over what it does: drawn from its latencies each time, and longer while it is slow. */
export class Pace {
  readonly #random: Random
  readonly #latencies: Latencies
  /** A factor; 1 is its ordinary pace. */
  slowness = 1

  constructor(random: Random, latencies?: Partial<Latencies>) {
    this.#random = random
    this.#latencies = { ...defaultLatencies, ...latencies }
  }

  /** From the acceptance of a command to its result. */
  takes(command: EngineCommand, images: ImageStore): Millis {
    if (command.op !== "pull") return this.draw(latencyOf(command.op))
    return this.draw(images.mustFetch(command.image) ? "pull" : "pullCached")
  }

  draw(what: keyof Latencies): Millis {
    return Math.round(drawSpan(this.#random, this.#latencies[what]) * this.slowness)
  }
}

/** What takes as long as what. */
const latencyOf = (op: Exclude<EngineOp, "pull">): keyof Latencies =>
  op === "stop" || op === "logs" || op === "logs-stop" ? "list" : op
