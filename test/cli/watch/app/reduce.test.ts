import { describe, expect, it } from "vitest"
import type { Effect } from "../../../../cli/watch/app/effects.ts"
import { chosenItem, itemsOf, pageOf, placeOf } from "../../../../cli/watch/app/items.ts"
import { type Happening, reduce } from "../../../../cli/watch/app/reduce.ts"
import { opening, type State } from "../../../../cli/watch/app/state.ts"
import { manager, votingApp } from "../fixture.ts"
import { press, troubled } from "./screen.ts"

const size = { columns: 80, rows: 24 }
const start = (): State => opening({ size, unicode: true, status: troubled() })
const real = (): State => {
  const { simulation: _, ...status } = troubled()
  return opening({ size, unicode: true, status })
}

/** What the last of these keys has done in the world. */
function effectsOf(state: State, ...keys: ReadonlyArray<string>): ReadonlyArray<Effect> {
  const last = keys.at(-1) ?? ""
  return reduce(press(state, keys.slice(0, -1)), { type: "key", key: last }).effects
}

const name = (state: State): string | undefined => {
  const item = chosenItem(state)
  if (item?.type === "node") return item.node.name
  if (item?.type === "manager") return item.manager.name
  return item?.type === "service" ? item.service.name : item?.words
}

describe("moving about", () => {
  it("1 to 5 and tab go through the views", () => {
    expect(["1", "2", "3", "4", "5"].map((key) => press(start(), [key]).view)).toEqual([
      "cluster",
      "raft",
      "services",
      "events",
      "time",
    ])
    expect(press(start(), ["5", "tab"]).view).toBe("cluster")
  })

  it("j and k go a row down and up among the boxes, right and left to the next one", () => {
    expect(name(start())).toBe("manager1")
    expect(name(press(start(), ["j"]))).toBe("manager3")
    expect(name(press(start(), ["j", "k"]))).toBe("manager1")
    expect(name(press(start(), ["right"]))).toBe("manager2")
    expect(name(press(start(), ["right", "left"]))).toBe("manager1")
  })

  it("g and G go to the ends of a list, and no key goes beyond", () => {
    expect(name(press(start(), ["3", "G"]))).toBe("agent")
    expect(name(press(start(), ["3", "G", "j", "g", "k"]))).toBe("voting_db")
  })

  it("what was chosen stays chosen when others come before it", () => {
    const chosen = press(start(), ["3", "G", "k"])
    const status = votingApp({ services: votingApp().services.filter(({ Spec }) => Spec.Name !== "voting_db") })
    expect(name(reduce(chosen, { type: "status", status }).state)).toBe("voting_worker")
  })

  it("when what was chosen has gone, something near it is", () => {
    const chosen = press(start(), ["3", "G"])
    const status = votingApp({ services: votingApp().services.slice(0, 2) })
    expect(name(reduce(chosen, { type: "status", status }).state)).toBe("voting_redis")
    expect(chosenItem(reduce(chosen, { type: "status", status: votingApp({ services: [] }) }).state)).toBeUndefined()
  })

  it("enter opens, esc goes back", () => {
    const opened = press(start(), ["3", "enter"])
    expect(pageOf(opened)).toMatchObject({ type: "service", name: "voting_db" })
    expect(itemsOf(opened).map(({ type }) => type)).toEqual(["task"])
    const deeper = press(opened, ["enter"])
    expect(pageOf(deeper)).toMatchObject({ type: "text", name: "voting_db.1 describe" })
    expect(press(deeper, ["esc", "esc"]).pages).toEqual([])
  })

  it("y shows the object as YAML, d as one line for each thing it says", () => {
    expect(itemsOf(press(start(), ["y"])).map(({ words }) => words)).toContain("  Availability: active")
    expect(itemsOf(press(start(), ["d"])).map(({ words }) => words.replace(/\s+/, " "))).toContain(
      "Spec.Availability active",
    )
  })
})

describe("the filter", () => {
  it("narrows the list while one types, stays with enter and goes with esc", () => {
    const typed = press(start(), ["3", "/", "v", "o", "t", "e", "enter"])
    expect(itemsOf(typed).map(({ words }) => words.split(" ")[0])).toEqual(["voting_vote"])
    expect(typed.prompt).toBeUndefined()
    expect(itemsOf(press(typed, ["esc"]))).toHaveLength(6)
    expect(itemsOf(press(start(), ["3", "/", "v", "o", "esc"]))).toHaveLength(6)
  })

  it("finds events by their kind and their index in the log", () => {
    expect(itemsOf(press(start(), ["4", "/", "#", "3", "1", "6"]))).toHaveLength(1)
  })
})

describe("acting", () => {
  it("asks before it drains, and does it on y only", () => {
    expect(effectsOf(start(), "D")).toEqual([])
    expect(effectsOf(start(), "D", "y")).toEqual([
      { type: "availability", node: "node-manager1", name: "manager1", to: "drain" },
    ])
    expect(effectsOf(start(), "D", "n")).toEqual([])
    expect(effectsOf(start(), "D", "n", "y")).toEqual([])
  })

  it("P and A pause and activate the node whose page is open", () => {
    expect(effectsOf(start(), "j", "enter", "P", "y")).toMatchObject([{ name: "manager3", to: "pause" }])
    expect(effectsOf(start(), "A", "enter")).toMatchObject([{ to: "active" }])
  })

  it("S asks for the number and takes no other text", () => {
    const asked = press(start(), ["3", "G", "k", "k", "S"])
    expect(asked.prompt).toMatchObject({ type: "scale", name: "voting_vote", text: "3" })
    expect(effectsOf(asked, "backspace", "7", "enter")).toEqual([
      { type: "scale", service: "service-vote", name: "voting_vote", replicas: 7 },
    ])
    expect(effectsOf(asked, "x", "enter")).toEqual([])
    expect(press(asked, ["x", "enter"]).message).toMatchObject({ tone: "bad" })
    expect(press(start(), ["3", "G", "S"]).message?.text).toContain("agent is not replicated")
  })

  it("R replaces the tasks of the chosen service", () => {
    expect(effectsOf(start(), "3", "G", "R", "y")).toEqual([
      { type: "restart", service: "service-agent", name: "agent" },
    ])
  })

  it("c, s, x and h break and mend simulated machines", () => {
    expect(effectsOf(start(), "c", "y")).toMatchObject([{ path: "/drydock/machines/manager1/crash" }])
    expect(effectsOf(start(), "2", "G", "s", "y")).toMatchObject([{ path: "/drydock/machines/manager3/start" }])
    expect(effectsOf(start(), "x", "y")).toMatchObject([{ path: "/drydock/network/cut", body: { A: "manager1" } }])
    expect(effectsOf(start(), "h", "y")).toMatchObject([{ path: "/drydock/network/heal" }])
  })

  it("a real cluster's machines and time are left alone, and it says so", () => {
    for (const key of ["c", "s", "x", "h", " ", ".", "+"]) {
      const { state, effects } = reduce(real(), { type: "key", key })
      expect(effects).toEqual([])
      expect(state.message?.text).toContain("simulated")
      expect(state.prompt).toBeUndefined()
    }
  })

  it("space, the dot and plus pause time, step it and quicken it", () => {
    expect(effectsOf(start(), " ")).toMatchObject([{ path: "/drydock/time", body: { Paused: true } }])
    const paused = opening({
      size,
      unicode: true,
      status: votingApp({ simulation: { seed: "1", speed: 0, started: 0 } }),
    })
    expect(effectsOf(paused, " ")).toMatchObject([{ body: { Paused: false } }])
    expect(effectsOf(start(), ".")).toMatchObject([{ body: { Paused: true, Step: "event" } }])
    expect(effectsOf(start(), "+")).toMatchObject([{ body: { Speed: 2 } }])
    expect(effectsOf(start(), "-")).toMatchObject([{ body: { Speed: 0.5 } }])
  })
})

describe("the palette", () => {
  const type = (text: string) => [":", ...text, "enter"]

  it("does what the keys do, by name", () => {
    expect(press(start(), type("raft")).view).toBe("raft")
    expect(effectsOf(press(start(), type("drain worker1")), "y")).toMatchObject([{ name: "worker1", to: "drain" }])
    expect(effectsOf(start(), ...type("scale voting_vote 9"))).toMatchObject([{ replicas: 9 }])
    expect(effectsOf(start(), ...type("speed 100"))).toMatchObject([{ body: { Speed: 100 } }])
    expect(effectsOf(start(), ...type("quit"))).toEqual([{ type: "quit" }])
  })

  it("completes commands and names with tab", () => {
    const completed = press(start(), [":", "d", "r", "tab", "w", "tab"])
    expect(completed.prompt).toMatchObject({ text: "drain worker1" })
  })

  it("says what it does not know", () => {
    expect(press(start(), type("dance")).message).toMatchObject({ text: expect.stringContaining("no command dance") })
    expect(press(start(), type("drain moon")).message).toMatchObject({ text: "there is no node moon" })
    expect(press(start(), type("speed 0")).message?.tone).toBe("bad")
  })
})

describe("logs", () => {
  const opened = press(start(), ["3", "G", "l"])
  const tell = (state: State, ...happenings: ReadonlyArray<Happening>) =>
    happenings.reduce((before, happening) => reduce(before, happening).state, state)

  it("are followed while they are shown", () => {
    expect(effectsOf(start(), "3", "G", "l")).toEqual([
      { type: "logs", path: "/services/service-agent/logs", stream: 1 },
    ])
    expect(effectsOf(opened, "esc")).toEqual([{ type: "unfollow" }])
    expect(effectsOf(opened, "1")).toEqual([{ type: "unfollow" }])
  })

  it("show the last line until one looks back, and lines of other logs are none of theirs", () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`)
    const full = tell(
      opened,
      { type: "log lines", stream: 1, lines },
      { type: "log lines", stream: 9, lines: ["alien"] },
    )
    expect(itemsOf(full)).toHaveLength(40)
    expect(chosenItem(full)?.words).toBe("line 39")
    const back = press(full, ["k", "k"])
    expect(placeOf(back).follow).toBe(false)
    const more = tell(back, { type: "log lines", stream: 1, lines: ["new"] })
    expect(chosenItem(more)?.words).toBe("line 37")
    expect(chosenItem(press(more, ["G"]))?.words).toBe("new")
  })
})

describe("what happens", () => {
  it("events are remembered beyond what a status tells, and leaders apart", () => {
    const event = { at: 1, index: 400, kind: "raft", text: "manager2 leads in term 5" } as const
    const before = start()
    const status = votingApp({ events: [...before.status.events.slice(3), event] })
    const { state } = reduce(before, { type: "status", status })
    expect(state.events).toHaveLength(before.events.length + 1)
    expect(state.leadership.at(-1)).toEqual(event)
  })

  it("silence shows until there is an answer", () => {
    const silent = reduce(start(), { type: "silent", notice: "no answer for 3s" }).state
    expect(silent.notice).toBe("no answer for 3s")
    expect(reduce(silent, { type: "status", status: votingApp() }).state.notice).toBeUndefined()
  })

  it("ctrl-C quits and ctrl-Z suspends whatever is asked", () => {
    for (const keys of [[], [":"], ["D"], ["?"]]) {
      expect(effectsOf(start(), ...keys, "ctrl-c")).toEqual([{ type: "quit" }])
      expect(effectsOf(start(), ...keys, "ctrl-z")).toEqual([{ type: "suspend" }])
    }
  })

  it("a manager that is no node can be chosen all the same", () => {
    const status = votingApp({ nodes: [], managers: [manager("lonely", "candidate")] })
    const state = press(opening({ size, unicode: true, status }), ["2", "enter"])
    expect(state.message?.text).toBe("lonely is not a node of the cluster")
  })
})
