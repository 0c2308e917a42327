import { describe, expect, it } from "vitest"
import type { Instant } from "../../core/instant.ts"
import type { Machine, Wake } from "../../core/machine.ts"

type Input = { readonly type: "say"; readonly word: string } | { readonly type: "saved"; readonly ticket: number }
type Output =
  | { readonly type: "echo"; readonly word: string }
  | { readonly type: "save"; readonly ticket: number }
  | { readonly type: "again"; readonly word: string }

/** Answers each word by a save and two echoes; says "later" again at once; rings 100 ms after the last word. */
class Parrot implements Machine<Input, Output> {
  readonly seen: Array<string> = []
  #ticket = 0
  #ringAt: Instant | undefined

  step(now: Instant, input: Input | Wake): ReadonlyArray<Output> {
    if (input.type === "wake") {
      this.seen.push(this.#ringAt !== undefined && now >= this.#ringAt ? "ring" : "early wake")
      if (this.#ringAt !== undefined && now >= this.#ringAt) this.#ringAt = undefined
      return []
    }
    if (input.type === "saved") {
      this.seen.push(`saved ${input.ticket}`)
      return []
    }
    this.seen.push(input.word)
    this.#ringAt = now + 100
    const save = { type: "save", ticket: ++this.#ticket } as const
    const echo = (n: number) => ({ type: "echo", word: `${input.word} ${n}` }) as const
    return input.word === "first"
      ? [save, { type: "again", word: "second" }, echo(1), echo(2)]
      : [save, echo(1), echo(2)]
  }

  nextWake(): Instant | undefined {
    return this.#ringAt
  }
}

/** A driver as the suite needs it: it runs one machine, keeps what it carried out, and lets time pass. */
export interface DriverUnderTest {
  input(input: Input): void
  /** Everything carried out so far, in order. */
  readonly carriedOut: ReadonlyArray<Output>
  advance(ms: number): Promise<void>
  crash(): void
}

/** A driver gives `again` back as a `say` at once, and answers a `save` when it is durable. */
export type MakeDriver = (machine: Machine<Input, Output>) => DriverUnderTest

export function driverContract(name: string, make: MakeDriver): void {
  describe(`the driver contract: ${name}`, () => {
    it("carries out all outputs of a step before those of an input they caused", async () => {
      const driver = make(new Parrot())
      driver.input({ type: "say", word: "first" })
      await driver.advance(20)
      const echoes = driver.carriedOut.flatMap((o) => (o.type === "echo" ? [o.word] : []))
      expect(echoes).toEqual(["first 1", "first 2", "second 1", "second 2"])
    })

    it("answers saves once they are durable, never within the step, and in their order", async () => {
      const parrot = new Parrot()
      const driver = make(parrot)
      driver.input({ type: "say", word: "a" })
      driver.input({ type: "say", word: "b" })
      expect(parrot.seen).toEqual(["a", "b"])
      await driver.advance(50)
      expect(parrot.seen).toEqual(["a", "b", "saved 1", "saved 2"])
    })

    it("wakes the machine at the instant it wished last, once, and not before", async () => {
      const parrot = new Parrot()
      const driver = make(parrot)
      driver.input({ type: "say", word: "a" })
      await driver.advance(60)
      driver.input({ type: "say", word: "b" })
      await driver.advance(90)
      expect(parrot.seen).not.toContain("ring")
      await driver.advance(30)
      expect(parrot.seen.filter((s) => s === "ring")).toHaveLength(1)
      expect(parrot.seen).not.toContain("early wake")
    })

    it("gives a crashed machine nothing more: no input, no save, no wake", async () => {
      const parrot = new Parrot()
      const driver = make(parrot)
      driver.input({ type: "say", word: "a" })
      driver.crash()
      driver.input({ type: "say", word: "b" })
      await driver.advance(500)
      expect(parrot.seen).toEqual(["a"])
    })
  })
}
