/** A terminal as far as the painter uses one. Fails on any escape sequence that it does not know. */
export class ScreenModel {
  readonly #modes = new Map([
    ["?1049", false],
    ["?25", true],
    ["?7", true],
    ["?2026", false],
  ])
  #rows: string[] = []
  #row = 0
  #column = 0

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    for (const [part, sequence] of text.matchAll(/\u001b\[([?\d;]*[A-Za-z])|[^\u001b]+/g)) {
      if (sequence === undefined) this.#print(part)
      else this.#control(sequence)
    }
  }

  /** What is on the screen, without the empty lines at the end. */
  lines(): ReadonlyArray<string> {
    const rows = Array.from(this.#rows, (row) => (row ?? "").trimEnd())
    while (rows.at(-1) === "") rows.pop()
    return rows
  }

  modes(): { alternate: boolean; cursor: boolean; wrap: boolean } {
    const on = (mode: string) => this.#modes.get(mode) === true
    return { alternate: on("?1049"), cursor: on("?25"), wrap: on("?7") }
  }

  /** What terminals make of a frame when their size changes. */
  garble(): void {
    this.#rows = this.#rows.map((row, i) => `${i} reflowed ${row}`)
  }

  #print(text: string): void {
    const row = (this.#rows[this.#row] ?? "").padEnd(this.#column)
    this.#rows[this.#row] = row.slice(0, this.#column) + text + row.slice(this.#column + text.length)
    this.#column += text.length
  }

  #control(sequence: string): void {
    const [parameters, letter] = [sequence.slice(0, -1), sequence.slice(-1)]
    if (letter === "m") return
    if (letter === "h" || letter === "l") {
      if (!this.#modes.has(parameters)) throw new Error(`unknown mode ${sequence}`)
      this.#modes.set(parameters, letter === "h")
    } else if (sequence === "2J") this.#rows = []
    else if (sequence === "2K") this.#rows[this.#row] = ""
    else if (letter === "H") {
      const [row = 1, column = 1] = parameters.split(";").map((n) => Number(n) || 1)
      this.#row = row - 1
      this.#column = column - 1
    } else throw new Error(`unknown sequence ${sequence}`)
  }
}
