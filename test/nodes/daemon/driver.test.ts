import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { Stepper } from "../../../core/stepper.ts"
import { Alarm } from "../../../nodes/daemon/driver/alarm.ts"
import { GroupedSaves } from "../../../nodes/daemon/driver/grouped-saves.ts"
import { WallClock } from "../../../nodes/daemon/driver/wall-clock.ts"
import { type DriverUnderTest, driverContract, type MakeDriver } from "../../core/driver-contract.ts"

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const live: MakeDriver = (machine): DriverUnderTest => {
  const carriedOut: Array<DriverUnderTest["carriedOut"][number]> = []
  const clock = new WallClock()
  const saves = new GroupedSaves<number>(() => {})
  const alarm = new Alarm(clock.now, () => stepper.wake())
  const stepper: Stepper<Parameters<DriverUnderTest["input"]>[0], DriverUnderTest["carriedOut"][number]> = new Stepper(
    machine,
    {
      now: clock.now,
      setAlarm: alarm.set,
      carryOut: (output) => {
        carriedOut.push(output)
        if (output.type === "again") stepper.input({ type: "say", word: output.word })
        if (output.type === "save") {
          const { ticket } = output
          saves.save(
            ticket,
            () => stepper.input({ type: "saved", ticket }),
            () => {},
          )
        }
      },
    },
  )
  return {
    carriedOut,
    input: (input) => stepper.input(input),
    advance: async (ms) => {
      await vi.advanceTimersByTimeAsync(ms)
    },
    crash: () => {
      stepper.stop()
      saves.stop()
    },
  }
}

driverContract("live", live)

describe("saves of one turn", () => {
  it("go to the disk with one flush, in their order", async () => {
    const flushed: Array<ReadonlyArray<string>> = []
    const saves = new GroupedSaves<string>((group) => flushed.push(group))
    const answers: Array<string> = []
    for (const name of ["a", "b", "c"]) {
      saves.save(
        name,
        () => answers.push(`${name} durable`),
        () => answers.push(`${name} failed`),
      )
    }
    expect(flushed).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(flushed).toEqual([["a", "b", "c"]])
    expect(answers).toEqual(["a durable", "b durable", "c durable"])
  })

  it("fail together when the disk refuses, and the next turn tries anew", async () => {
    let full = true
    const saves = new GroupedSaves<string>(() => {
      if (full) throw new Error("disk full")
    })
    const answers: Array<string> = []
    const save = (name: string) =>
      saves.save(
        name,
        () => answers.push(`${name} durable`),
        (error) => answers.push(`${name}: ${String(error)}`),
      )
    save("a")
    save("b")
    await vi.advanceTimersByTimeAsync(1)
    full = false
    save("c")
    await vi.advanceTimersByTimeAsync(1)
    expect(answers).toEqual(["a: Error: disk full", "b: Error: disk full", "c durable"])
  })

  it("asked for while answers are given wait for the next flush", async () => {
    const flushed: Array<ReadonlyArray<string>> = []
    const saves = new GroupedSaves<string>((group) => flushed.push(group))
    saves.save(
      "a",
      () =>
        saves.save(
          "b",
          () => {},
          () => {},
        ),
      () => {},
    )
    await vi.advanceTimersByTimeAsync(5)
    expect(flushed).toEqual([["a"], ["b"]])
  })
})

describe("the clock that machines live by", () => {
  const clockAt = () => {
    const time = { wall: 1_000_000, monotonic: 0 }
    const clock = new WallClock(
      () => time.wall,
      () => time.monotonic,
    )
    const pass = (monotonic: number, wall: number) => {
      time.monotonic += monotonic
      time.wall += wall
      return clock.now()
    }
    return { clock, pass }
  }

  it("goes with the wall clock", () => {
    const { pass } = clockAt()
    expect(pass(500, 500)).toBe(1_000_500)
  })

  it("jumps ahead with it: the host slept", () => {
    const { pass } = clockAt()
    expect(pass(10, 3_600_000)).toBe(4_600_000)
  })

  it("goes on, at half speed, while a wall clock that was set back catches up", () => {
    const { pass } = clockAt()
    pass(1_000, 1_000)
    expect(pass(1_000, -3_600_000)).toBe(1_001_500)
    expect(pass(60_000, 60_000)).toBe(1_031_500)
  })
})

describe("an alarm", () => {
  it("further away than a timer can be waits in pieces", async () => {
    const clock = new WallClock()
    let rang = 0
    const alarm = new Alarm(clock.now, () => rang++)
    const weeks = 40 * 24 * 3_600_000
    alarm.set(clock.now() + weeks)
    await vi.advanceTimersByTimeAsync(weeks - 1_000)
    expect(rang).toBe(0)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(rang).toBe(1)
  })
})
