/** The saves of a node's members that the disk has not answered yet, also of one that was stopped, and who waits for them. */
export class Saves {
  #underWay = 0
  #waiting: Array<() => void> = []
  #halted = false

  /** A save begins; what it returns is called with the disk's answer. */
  begun(answered: (durable: boolean) => void): (durable: boolean) => void {
    this.#underWay++
    return (durable) => {
      this.#underWay--
      answered(durable)
      if (this.#underWay === 0) this.#done()
    }
  }

  /** At once, if none is under way. */
  whenDone(then: () => void): void {
    if (this.#underWay === 0) then()
    else this.#waiting.push(then)
  }

  /** The process ends: nobody waits any more. */
  halt(): void {
    this.#halted = true
  }

  #done(): void {
    const waiting = this.#waiting
    this.#waiting = []
    if (!this.#halted) for (const then of waiting) then()
  }
}
