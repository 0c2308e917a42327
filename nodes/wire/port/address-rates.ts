import { wireLimits } from "../limits.ts"
import { TokenBucket } from "../link/token-bucket.ts"

/** A rate for each address. Remembers a bounded number of them: those that have long been quiet are forgotten first. */
export class AddressRates {
  readonly #burst: number
  readonly #perSecond: number
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(burst: number, perSecond: number) {
    this.#burst = burst
    this.#perSecond = perSecond
  }

  take(address: string): boolean {
    const now = performance.now()
    const bucket = this.#buckets.get(address) ?? new TokenBucket(this.#burst, this.#perSecond, now)
    // The map is in the order of use: the first is the one that has been quiet for longest.
    this.#buckets.delete(address)
    this.#buckets.set(address, bucket)
    for (const [first, quiet] of this.#buckets) {
      if (!quiet.isFull(now) && this.#buckets.size <= wireLimits.addresses_max) break
      if (quiet === bucket) break
      this.#buckets.delete(first)
    }
    return bucket.take(now)
  }
}
