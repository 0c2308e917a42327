import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseSpan } from "../../../../cli/watch/app/moments.ts"
import { type Happening, reduce } from "../../../../cli/watch/app/reduce.ts"
import { render } from "../../../../cli/watch/app/render.ts"
import { opening, type State } from "../../../../cli/watch/app/state.ts"
import { plainText } from "../../../../cli/watch/text.ts"
import type { ClusterStatus } from "../../../../nodes/status.ts"
import { now } from "../fixture.ts"
import { press, troubled } from "./screen.ts"

const started = now - 100_000

/** Ten events a second, the last of them now. */
const eventAt = (at: number): number => Math.floor((at - started) / 100)

const statusAt = (at: number, recorded = false): ClusterStatus => ({
  ...troubled(),
  now: at,
  simulation: { seed: "42", speed: 1, started, event: eventAt(at), ...(recorded && { recorded: true }) },
  events: [1, 2, 3, 4, 5].flatMap((n) => {
    const event = { at: started + n * 20_000, kind: "machine", text: `event ${n}` } as const
    return event.at <= at ? [event] : []
  }),
})

const size = { columns: 80, rows: 24 }
const live = (): State => opening({ size, unicode: true, status: statusAt(now) })

const end = { event: eventAt(now), at: now }

/** What a simulation would tell. */
const lookAt = (at: number, recorded = false): Happening => ({
  type: "past",
  look: { event: eventAt(at), at, end, status: statusAt(at, recorded) },
  isLast: true,
})

const recording = (playing: boolean): State => {
  const status = statusAt(now, true)
  const look = { event: 0, at: started, end, status: statusAt(started, true) }
  return opening({ size, unicode: true, status, replay: { look, playing } })
}

const effects = (state: State, key: string) => reduce(state, { type: "key", key }).effects
const having = (state: State, ...happenings: ReadonlyArray<Happening>): State =>
  happenings.reduce((before, happening) => reduce(before, happening).state, state)
const lines = (state: State): ReadonlyArray<string> => render(state).map(plainText)
const inThePast = (at = now - 40_000): State => having(press(live(), ["<"]), lookAt(at))

describe("going back in time", () => {
  it("asks for the moment before: by events, by lines of what happened, by ten seconds", () => {
    const looks = (keys: ReadonlyArray<string>, last: string) => effects(press(live(), keys), last)
    expect(looks([], "[")).toEqual([{ type: "look back", ask: { event: 999 } }])
    expect(looks(["[", "["], "[")).toEqual([{ type: "look back", ask: { event: 997 } }])
    expect(looks([], "<")).toEqual([{ type: "look back", ask: { at: now - 10_000 } }])
    expect(looks(["<"], "<")).toEqual([{ type: "look back", ask: { at: now - 20_000 } }])
    expect(looks([], "{")).toEqual([{ type: "look back", ask: { at: started + 80_000 } }])
    expect(looks(["{"], "{")).toEqual([{ type: "look back", ask: { at: started + 60_000 } }])
    expect(looks(["t", "1", "2", ".", "5"], "enter")).toEqual([{ type: "look back", ask: { at: started + 12_500 } }])
    expect(looks(["t", "-", "5"], "enter")).toEqual([{ type: "look back", ask: { at: now - 5_000 } }])
    expect(looks(["5", "k"], "enter")).toEqual([{ type: "look back", ask: { at: started + 80_000 } }])
    expect(looks([..."t900"], "enter")).toEqual([])
  })

  it("shows that moment and says so in every view, with what came after in the Time view", () => {
    const past = inThePast(started + 45_000)
    for (const view of ["1", "2", "3", "4", "5"]) {
      expect(lines(press(past, [view]))[0]).toContain("PAST 45.0 s of 1m40.0s paused")
    }
    const has = (view: string, text: string) => lines(press(past, [view])).some((line) => line.includes(text))
    expect([has("4", "event 2"), has("4", "event 3")]).toEqual([true, false])
    expect([has("5", "▸12:02:27"), has("5", "event 5"), has("5", "after 450 events")]).toEqual([true, true, true])
    expect(has("5", "■")).toBe(true)
  })

  it("goes on from there, and back to now: with T, with esc, and with whatever goes beyond the end", () => {
    const past = inThePast()
    expect(effects(past, "]")).toEqual([{ type: "look back", ask: { event: 601 } }])
    expect(effects(past, ">")).toEqual([{ type: "look back", ask: { at: now - 30_000 } }])
    expect(effects(past, "}")).toEqual([{ type: "look back", ask: { at: now - 20_000 } }])
    for (const keys of [["T"], ["esc"], [":", "n", "o", "w", "enter"], [..."t100", "enter"]]) {
      const back = press(past, keys)
      expect(back.past).toBeUndefined()
      expect(back.status.now).toBe(now)
      expect(back.events.map(({ text }) => text)).toContain("event 5")
    }
  })

  it("never goes before the beginning", () => {
    const past = inThePast(started + 3_000)
    expect(effects(past, "<")).toEqual([{ type: "look back", ask: { at: started } }])
    expect(effects(inThePast(started), "[")).toEqual([{ type: "look back", ask: { event: 0 } }])
  })

  it("refuses to act on what was, and says how to get back", () => {
    const past = inThePast()
    for (const key of ["D", "P", "A", "S", "R", "c", "s", "x", "h", "l"]) {
      const { state, effects } = reduce(past, { type: "key", key })
      expect([key, effects, state.prompt]).toEqual([key, [], undefined])
      expect(lines(state).at(-1)).toBe(" this is the past: one can only look. T goes back to now")
    }
    for (const command of ["drain manager1", "scale voting_vote 5", "crash manager1", "heal", "logs voting_vote"]) {
      const { state, effects } = reduce(press(past, [":", ...command]), { type: "key", key: "enter" })
      expect([command, effects, state.prompt]).toEqual([command, [], undefined])
      expect(state.message?.text).toContain("one can only look")
    }
  })

  it("goes on hearing of what is now while it shows what was", () => {
    const later = { ...statusAt(now), now: now + 2_000, simulation: { seed: "42", speed: 1, started, event: 1_020 } }
    const past = having(inThePast(), { type: "status", status: later })
    expect(lines(past)[0]).toContain("PAST 1m00.0s of 1m42.0s")
    expect(press(past, ["T"]).status.now).toBe(now + 2_000)
  })

  it("plays on from an earlier moment, at any speed, and stops", () => {
    const playing = press(inThePast(), [" ", "+", "+"])
    expect(lines(playing)[0]).toContain("×4")
    const { state, effects } = reduce(playing, { type: "passed", passed_ms: 100 })
    expect(effects).toEqual([{ type: "look back", ask: { at: now - 40_000 + 400 } }])
    expect(reduce(state, { type: "passed", passed_ms: 100 }).effects).toEqual([])
    expect(reduce(press(playing, [" "]), { type: "passed", passed_ms: 100 }).effects).toEqual([])
    const arrived = having(state, lookAt(now - 100))
    expect(reduce(arrived, { type: "passed", passed_ms: 100 }).state.past).toBeUndefined()
  })

  it("stays where it was when a moment cannot be had", () => {
    const text = "too much has come in"
    const first = having(press(live(), ["<"]), { type: "no past", text })
    expect([first.past, first.status.now, first.message?.text]).toEqual([undefined, now, text])
    const later = having(press(inThePast(), ["<"]), { type: "no past", text })
    expect([later.past?.moment?.at, later.past?.wanted]).toEqual([now - 40_000, undefined])
  })

  it("is not offered where nobody remembers: a real cluster", () => {
    const { simulation: _, ...real } = troubled()
    const state = opening({ size, unicode: true, status: real })
    for (const key of ["[", "<", "{", "t"]) expect(press(state, [key]).message?.text).toContain("only in a simulated")
    expect(lines(press(state, ["?"])).join("\n")).not.toContain("BACK IN TIME")
    const help = lines(press(live(), ["?"])).join("\n")
    for (const text of ["BACK IN TIME", "T esc", "COMMANDS"]) expect(help).toContain(text)
  })

  it("shows what it shows whoever types, and never acts on the cluster from the past", () => {
    const keys = [..."[]{}<>tT+-.,12345jkDPASRcsxhl: 0/", "enter", "esc", "tab", "backspace"]
    const happening = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...keys).map((key): Happening => ({ type: "key", key })) },
      { weight: 2, arbitrary: fc.integer({ min: started, max: now }).map((at) => lookAt(at)) },
      { weight: 1, arbitrary: fc.constant<Happening>({ type: "status", status: statusAt(now) }) },
      { weight: 1, arbitrary: fc.nat(500).map((passed_ms): Happening => ({ type: "passed", passed_ms })) },
    )
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        let state = live()
        for (const each of happenings) {
          const wasPast = state.past !== undefined && each.type === "key"
          const step = reduce(state, each)
          if (wasPast) {
            for (const { type } of step.effects) expect(["look back", "unfollow", "quit"]).toContain(type)
          }
          state = step.state
          for (const { ask } of step.effects.flatMap((effect) => (effect.type === "look back" ? [effect] : []))) {
            if ("at" in ask) expect(ask.at).toBeGreaterThanOrEqual(started)
            else expect(ask.event).toBeGreaterThanOrEqual(0)
          }
          expect(lines(state).length).toBeLessThan(size.rows)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe("a recording on the screen", () => {
  it("plays from its beginning to its end, stops there, and plays again", () => {
    const state = recording(true)
    expect(lines(state)[0]).toContain("REPLAY 0.0 s of 1m40.0s ×1")
    expect(reduce(state, { type: "passed", passed_ms: 250 }).effects).toEqual([
      { type: "look back", ask: { at: started + 250 } },
    ])
    const ended = having(state, lookAt(now, true))
    const stopped = having(ended, { type: "passed", passed_ms: 250 })
    expect(stopped.past?.playing).toBe(false)
    expect(effects(stopped, " ")).toEqual([{ type: "look back", ask: { at: started } }])
  })

  it("has no now: T and what goes beyond its end go to its end", () => {
    const state = recording(false)
    expect(effects(state, "T")).toEqual([{ type: "look back", ask: { at: now } }])
    expect(effects(press(state, [..."t500"]), "enter")).toEqual([{ type: "look back", ask: { at: now } }])
    expect(press(state, ["esc"]).past).toBeDefined()
    expect(press(state, ["D"]).message?.text).toBe("this is a recording: one can only look")
  })
})

describe("a time that is typed", () => {
  it.each([
    ["12", 12_000],
    ["12.5", 12_500],
    ["1m30s", 90_000],
    ["250ms", 250],
    ["1h", 3_600_000],
    ["", undefined],
    ["soon", undefined],
    ["1m30", undefined],
    ["m", undefined],
  ])("%j is %s milliseconds", (text, span) => {
    expect(parseSpan(text)).toBe(span)
  })
})
