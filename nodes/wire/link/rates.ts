import { wireLimits } from "../limits.ts"
import { TokenBucket } from "../link/token-bucket.ts"

/** A rate for each address, or each node. Remembers a bounded number of them: those that have long been quiet are forgotten first. */
export class Rates {
  readonly #burst: number
  readonly #perSecond: number
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(burst: number, perSecond: number) {
    this.#burst = burst
    this.#perSecond = perSecond
  }

  take(key: string): boolean {
    return this.of(key).take(performance.now())
  }

  of(key: string): TokenBucket {
    const now = performance.now()
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#burst, this.#perSecond, now)
    // The map is in the order of use: the first is the one that has been quiet for longest.
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    for (const [first, quiet] of this.#buckets) {
      if (quiet === bucket || (!quiet.isFull(now) && this.#buckets.size <= wireLimits.rates_max)) break
      this.#buckets.delete(first)
    }
    return bucket
  }
}
