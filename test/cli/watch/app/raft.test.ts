import { describe, expect, it } from "vitest"
import { measured } from "../../../../cli/watch/app/rates.ts"
import { reduce } from "../../../../cli/watch/app/reduce.ts"
import { render } from "../../../../cli/watch/app/render.ts"
import { opening, type State } from "../../../../cli/watch/app/state.ts"
import { plainText } from "../../../../cli/watch/text.ts"
import type { ClusterStatus, ManagerView, MessageView } from "../../../../nodes/status.ts"
import { now } from "../fixture.ts"
import { troubled } from "./screen.ts"

const size = { columns: 100, rows: 30 }

const status = (more: Partial<ClusterStatus>, managers: Readonly<Record<string, Partial<ManagerView>>> = {}) => {
  const before = troubled()
  return {
    ...before,
    managers: before.managers.map((manager) => ({ ...manager, ...managers[manager.name] })),
    ...more,
  }
}

const shown = (of: ClusterStatus, at: Partial<State["size"]> = {}): ReadonlyArray<string> =>
  render(opening({ size: { ...size, ...at }, unicode: true, status: of, view: "raft" })).map(plainText)

const lineWith = (lines: ReadonlyArray<string>, text: string): string => lines.find((line) => line.includes(text)) ?? ""

const message = (more: Partial<MessageView>): MessageView => ({
  ...{ from: "manager1", to: "manager2", type: "append", term: 4, text: "#319-320, commit #318" },
  ...{ sentAt: now - 2, arrivesAt: now + 2 },
  ...more,
})

describe("the Raft view", () => {
  it("shows how long until a manager stands for election, as a bar and a number", () => {
    const lines = shown(
      status(
        {},
        { manager1: { timer: { left_ms: 75, of_ms: 150 } }, manager2: { timer: { left_ms: 900, of_ms: 1_200 } } },
      ),
    )
    expect(lineWith(lines, "◆ manager1")).toContain("▰▰▰▱▱▱   75ms")
    expect(lineWith(lines, "○ manager2")).toContain("▰▰▰▰▰▱  900ms")
    expect(lineWith(lines, "✗ manager3")).not.toContain("▱")
  })

  it("shows the votes of one who stands, and who is cut off from whom", () => {
    const lines = shown(
      status(
        {},
        {
          manager1: { cutFrom: ["manager2", "manager3"] },
          manager2: { role: "candidate", votes: { granted: 1, needed: 2 }, cutFrom: ["manager1"] },
        },
      ),
    )
    expect(lineWith(lines, "◈ manager2")).toMatch(/candidate 1\/2 .* manager1 /)
    expect(lineWith(lines, "◆ manager1")).toMatch(/leader .* all /)
  })

  it("knows no lag of a member that has never answered", () => {
    const { followers = [] } = troubled().managers[0] ?? {}
    const unheard = followers.map((follower) => (follower.id === 3 ? { ...follower, match: 0 } : follower))
    const lines = shown(status({}, { manager1: { followers: unheard } }))
    expect(lineWith(lines, "✗ manager3")).toMatch(/ \? +30s ago/)
  })

  it("shows each message: where it is between whom, when it arrives, its type, its term and what it says", () => {
    const messages = [
      message({ arrivesAt: now + 1, sentAt: now - 3 }),
      message({ from: "manager2", to: "manager1", type: "vote-reply", text: "granted", sentAt: now }),
      message({ type: "forward", text: "service.create" }),
    ]
    const lines = shown(status({ messages }))
    expect(lineWith(lines, "append ")).toBe(
      " manager1 ──────●──→ manager2   1ms  append         t4  #319-320, commit #318",
    )
    expect(lineWith(lines, "vote-reply")).toContain("manager2 ●────────→ manager1   2ms  vote-reply     t4  granted")
    expect(lineWith(lines, "forward ")).toContain("service.create")
    const many = shown(status({ messages: Array.from({ length: 20 }, () => message({})) }))
    expect(lineWith(many, "MESSAGES")).toMatch(/\d+ more on their way/)
    expect(many.filter((line) => line.includes("●──")).length).toBeLessThan(9)
  })

  it("keeps everything below in its place, however many messages there are", () => {
    const placeOf = (messages: ReadonlyArray<MessageView>) =>
      shown(status({ messages })).findIndex((line) => line.includes("LEADERSHIP"))
    expect(placeOf([])).toBe(placeOf([message({}), message({})]))
    expect(lineWith(shown(status({ messages: [] })), "nothing is on its way")).not.toBe("")
  })

  it("tells of a real cluster, whose messages nobody sees, how many are sent a second", () => {
    const sent = (appends: number, heartbeats: number) => ({ appends, heartbeats, entries: appends * 2, snapshots: 0 })
    const { simulation: _, ...first } = status({}, { manager1: { sent: sent(10, 100) } })
    const state = opening({ size, unicode: true, status: first, view: "raft" })
    expect(lineWith(render(state).map(plainText), "MESSAGES")).toBe("")
    const { simulation: __, ...second } = status({ now: now + 2_000 }, { manager1: { sent: sent(13, 127) } })
    const later = reduce(state, { type: "status", status: second }).state
    expect(lineWith(render(later).map(plainText), "MESSAGES")).toBe(
      " MESSAGES  manager1 sends 14 heartbeats/s, 1.5 appends/s, 3 entries/s",
    )
  })

  it("takes no rate from a moment too short, nor from a process that began anew", () => {
    const counting = (at: number, heartbeats: number) =>
      status({ now: at }, { manager1: { sent: { appends: 0, entries: 0, heartbeats, snapshots: 0 } } })
    const first = measured(undefined, counting(now, 50))
    expect(measured(first, counting(now + 900, 60))).toBe(first)
    expect(measured(first, counting(now + 1_500, 3)).perSecond.size).toBe(0)
    expect(measured(first, counting(now - 1, 3)).perSecond.size).toBe(0)
  })
})
