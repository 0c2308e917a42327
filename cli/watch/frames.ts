import type { Frames } from "./screen.ts"

/** The frame that is to be seen, for whoever shows it. */
export class FrameStore implements Frames {
  #lines: ReadonlyArray<string> = []
  readonly #listeners = new Set<() => void>()

  readonly current = (): ReadonlyArray<string> => this.#lines

  readonly subscribe = (act: () => void): (() => void) => {
    this.#listeners.add(act)
    return () => this.#listeners.delete(act)
  }

  set(lines: ReadonlyArray<string>): void {
    this.#lines = lines
    for (const act of this.#listeners) act()
  }
}
