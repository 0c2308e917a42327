import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { defaultStart } from "../../../sim/cluster/world.ts"
import { LiveSession } from "../../../sim/session/live-session.ts"
import { readRecording } from "../../../sim/session/recording.ts"
import { SessionLog } from "../../../sim/session/session-log.ts"

const options = { seed: "a recording", managers: 3, workers: 1, start: defaultStart }

function recorded(): string {
  let text = ""
  const record = (line: string) => {
    text += line
    return true
  }
  const live = new LiveSession({ ...options, program: "9.9.9", record })
  live.cluster.run(5_000)
  live.take({ type: "crash", host: "manager2" })
  live.mark()
  live.cluster.run(1_000)
  live.take({ type: "start", host: "manager2" })
  live.cluster.run(1_000)
  live.mark()
  live.mark()
  return text
}

const errorOf = (text: string) => {
  const read = readRecording(text)
  return Result.isFailure(read) ? `${read.failure.line}: ${read.failure.message}` : "no error"
}

const withLine = (text: string, line: number, change: (line: string) => string): string =>
  text
    .split("\n")
    .map((each, i) => (i + 1 === line ? change(each) : each))
    .join("\n")

describe("a recording", () => {
  const text = recorded()

  it("is a line of JSON for each thing: what the world was made from, inputs, marks", () => {
    const lines = text.trimEnd().split("\n")
    const keys = lines.map((line) => Object.keys(JSON.parse(line)).slice(0, -1).join(" "))
    const [head, entry, mark] = [
      "drydock version program seed managers workers start",
      "event at input",
      "event at digest",
    ]
    expect(keys).toEqual([head, entry, mark, entry, mark])
    const { entries, marks, end, cutShort, ...rest } = Result.getOrThrow(readRecording(text))
    expect(rest).toEqual({ program: "9.9.9", options })
    expect(entries.map(({ input }) => input.type)).toEqual(["crash", "start"])
    expect(marks.map(({ line }) => line)).toEqual([3, 5])
    expect(end).toMatchObject({ at: defaultStart + 7_000 })
    expect(cutShort).toBe(false)
  })

  it("whose last line was not written to its end is known up to there", () => {
    const cut = Result.getOrThrow(readRecording(text.slice(0, -9)))
    expect(cut.cutShort).toBe(true)
    expect(cut.end.at).toBe(defaultStart + 6_000)
  })

  it("that is damaged says in which line, whatever the damage is", () => {
    const damaged = /^(\d): the recording is damaged here/
    const lineOf = (error: string) => damaged.exec(error)?.[1]
    for (const line of [1, 2, 3, 4, 5]) {
      expect(
        lineOf(errorOf(withLine(text, line, (old) => old.replace(/at":\d/, 'at":8').replace("9.9.9", "9.9.8")))),
      ).toBe(String(line))
      expect(lineOf(errorOf(withLine(text, line, (old) => old.replace(/"crc":"./, '"crc":"x'))))).toBe(String(line))
    }
    const without = text.split("\n").filter((_, i) => i !== 1)
    expect(lineOf(errorOf(without.join("\n")))).toBe("2")
    expect(lineOf(errorOf(withLine(text, 4, () => "")))).toBe("4")
    expect(lineOf(errorOf(withLine(text, 4, () => "null")))).toBe("4")
  })

  it("that is none, or one of another version, says so", () => {
    for (const foreign of ["", "\n", "hello\n", "{}\n", "[1]\n", '{"version":1}\n', "\u0000\u0001"]) {
      expect(errorOf(foreign)).toBe("1: not a recording of drydock sim")
    }
    const later = text.replace('"version":1', '"version":2')
    expect(errorOf(later)).toBe("1: a recording of version 2; this drydock reads version 1")
    expect(errorOf(text.replace('"workers":1', '"workers":-1'))).toBe("1: the recording's first line is incomplete")
    expect(errorOf(text.replace('"managers":3', '"managers":9'))).toBe("1: a cluster of a size that no recording has")
  })
})

describe("a recording that cannot be written any more", () => {
  it("keeps what comes in from happening, and its answers back", () => {
    let room = 2
    const live = new LiveSession({ ...options, record: () => --room >= 0 })
    live.cluster.run(1_000)
    expect(live.take({ type: "crash", host: "worker1" })).toBe(true)
    expect(live.take({ type: "crash", host: "manager1" })).toBe(false)
    expect(live.cluster.world.host("manager1")?.running).toBe(true)
    expect(live.reached()).toBe(false)
    expect(live.log.entries).toHaveLength(1)
  })
})

describe("the inputs of a session in memory", () => {
  it("are bounded: from a certain moment on they are missing, and that is known", () => {
    const live = new LiveSession({ ...options, log: new SessionLog(80) })
    const at = [1_000, 1_000, 1_000].map((ms) => {
      live.cluster.run(ms)
      live.take({ type: "crash", host: "worker1" })
      live.take({ type: "start", host: "worker1" })
      return live.moment
    })
    expect(live.log.entries).toHaveLength(2)
    expect(live.log.fullAt).toEqual(at[1])
  })
})
