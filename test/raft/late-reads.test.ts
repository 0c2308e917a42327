import { expect, it } from "vitest"
import { initialHardState, Raft, type RaftOutput } from "../../raft/index.ts"

/** A follower of member 2 in term 1, with an entry that is committed. `chance`: what it draws, as lives differ in. */
function life(chance: number): Raft {
  const entries = [{ index: 1, term: 1, kind: "command", data: new Uint8Array(0) } as const]
  const restored = { hardState: { ...initialHardState, term: 1, commit: 1 }, entries }
  const raft = new Raft({ id: 1, voters: [1, 2, 3], random: () => chance, now: 0, restored })
  raft.step(0, { type: "wake" })
  raft.step(1, { type: "message", from: 2, message: { type: "heartbeat", term: 1, commit: 1, round: 1 } })
  return raft
}

const requestIn = (outputs: ReadonlyArray<RaftOutput>): number => {
  for (const output of outputs)
    if (output.type === "send" && output.message.type === "read-index") return output.message.request
  throw new Error("nothing was asked of the leader")
}

function ask(raft: Raft, context: string): number {
  const read = raft.read(2, context)
  if (!read.accepted) throw new Error(read.error)
  return requestIn(read.outputs)
}

it("a late answer to a read of a former life answers no read of this one, whichever drew the larger numbers", () => {
  for (const [former, present] of [
    [0.9, 0.1],
    [0.1, 0.9],
  ] as const) {
    const late = ask(life(former), "before the crash")
    const raft = life(present)
    const asked = ask(raft, "now")
    const reply = (request: number) =>
      raft.step(3, { type: "message", from: 2, message: { type: "read-index-reply", term: 1, request, index: 1 } })
    expect(reply(late).filter((output) => output.type === "read")).toEqual([])
    expect(reply(asked).filter((output) => output.type === "read")).toEqual([
      { type: "read", index: 1, contexts: ["now"] },
    ])
  }
})
