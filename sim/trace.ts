import { createHash, type Hash } from "node:crypto"
import type { Instant } from "../core/instant.ts"

/**
 * The whole course of a run as one hash: every input that a machine got and every output it gave, with its instant. Two runs of one
 * seed and program have the same, to the last message.
 */
export class Trace {
  readonly #hash: Hash = createHash("sha256")
  #steps = 0

  get steps(): number {
    return this.#steps
  }

  record(at: Instant, machine: string, input: unknown, outputs: ReadonlyArray<unknown>): void {
    this.#steps++
    this.#hash.update(`${at} ${machine} ${stable(input)} ${stable(outputs)}\n`)
  }

  /** The hash of all so far; recording may go on. */
  digest(): string {
    return this.#hash.copy().digest("hex")
  }
}

const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array ? Buffer.from(part).toString("base64") : part,
  )
