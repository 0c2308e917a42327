/** Makes several saves durable at once, in their order, all or none. Throws when the medium refuses. */
export type Flush<Save> = (saves: ReadonlyArray<Save>) => void

interface Waiting<Save> {
  readonly save: Save
  readonly durable: () => void
  readonly failed: (error: unknown) => void
}

/**
 * Saves that are asked for in one turn of the event loop become durable together, with one flush, after what that turn had to do: messages that
 * need no disk are on their way before. Each is answered by itself, in the order of asking.
 */
export class GroupedSaves<Save> {
  readonly #flush: Flush<Save>
  #waiting: Array<Waiting<Save>> = []
  #turn: NodeJS.Immediate | undefined
  #stopped = false
  readonly counts = { saves: 0, flushes: 0, failed: 0, flushing_ms: 0 }

  constructor(flush: Flush<Save>) {
    this.#flush = flush
  }

  /** Exactly one of the two is called, never at once; none after stop(). */
  save(save: Save, durable: () => void, failed: (error: unknown) => void): void {
    if (this.#stopped) return
    this.#waiting.push({ save, durable, failed })
    this.#turn ??= setImmediate(() => this.#endTurn())
  }

  /** The process is going: what is not durable is lost. */
  stop(): void {
    this.#stopped = true
    this.#waiting = []
    if (this.#turn !== undefined) clearImmediate(this.#turn)
    this.#turn = undefined
  }

  #endTurn(): void {
    this.#turn = undefined
    const group = this.#waiting
    this.#waiting = []
    const error = this.#try(group)
    for (const { durable, failed } of group) {
      if (this.#stopped) return
      if (error === undefined) durable()
      else failed(error.cause)
    }
  }

  #try(group: ReadonlyArray<Waiting<Save>>): { readonly cause: unknown } | undefined {
    const started = performance.now()
    try {
      this.#flush(group.map(({ save }) => save))
      return undefined
    } catch (cause) {
      this.counts.failed++
      return { cause }
    } finally {
      this.counts.saves += group.length
      this.counts.flushes++
      this.counts.flushing_ms += performance.now() - started
    }
  }
}
