import { type Configuration, decodeConfiguration } from "./configuration.ts"
import { InvariantViolation } from "./invariant.ts"
import type { Entry, Index } from "./types.ts"

interface Since {
  /** Of the entry that brought it. */
  readonly index: Index
  readonly configuration: Configuration
}

/**
 * The configurations along the log. A member always uses the latest in its log, committed or not (§6); when that entry is replaced, the one
 * before it holds again.
 */
export class Configurations {
  /** Ascending; never empty. */
  readonly #history: Since[]
  #latest: Since

  constructor(index: Index, configuration: Configuration) {
    this.#latest = { index, configuration }
    this.#history = [this.#latest]
  }

  get latest(): Configuration {
    return this.#latest.configuration
  }

  /** Where the latest came with. */
  get latestIndex(): Index {
    return this.#latest.index
  }

  /** The one that held after the entry at `index`, which no snapshot before `index` may have left behind. */
  at(index: Index): Configuration {
    return this.#findAt(index).configuration
  }

  add(entry: Entry): void {
    this.#latest = { index: entry.index, configuration: decodeConfiguration(entry.data) }
    this.#history.push(this.#latest)
  }

  truncate(from: Index): void {
    while (this.#latest.index >= from) {
      this.#history.pop()
      const before = this.#history.at(-1)
      if (before === undefined) throw new InvariantViolation("no configuration is left", { from })
      this.#latest = before
    }
  }

  /** Forgets those that no longer held at `index`. */
  compact(index: Index): void {
    const first = this.#history.indexOf(this.#findAt(index))
    this.#history.splice(0, first)
  }

  restart(index: Index, configuration: Configuration): void {
    this.#latest = { index, configuration }
    this.#history.splice(0, this.#history.length, this.#latest)
  }

  #findAt(index: Index): Since {
    if (this.#latest.index <= index) return this.#latest
    const found = this.#history.findLast((since) => since.index <= index)
    if (found === undefined) throw new InvariantViolation("a configuration of long ago is asked for", { index })
    return found
  }
}
