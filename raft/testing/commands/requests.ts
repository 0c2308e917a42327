import { type Command, define } from "../command.ts"
import type { Conversation } from "../conversation.ts"
import { showMember } from "../describe.ts"
import { both, optional, text } from "../parameter.ts"
import { changes, id, type Running, running } from "../parameters.ts"

/** What members are asked to do. */
export const requestCommands: Readonly<Record<string, Command>> = {
  campaign: define(running, "A member's patience ends: it stands for election", (conversation, { member, process }) => {
    const at = process.raft.nextWake()
    if (process.raft.status().role === "leader") return `member ${member.id} leads already`
    if (at === undefined) return `member ${member.id} may not stand for election`
    conversation.hurry(member, at)
    return undefined
  }),

  heartbeat: define(running, "It is time for a leader's next heartbeats", (conversation, { member, process }) => {
    const at = process.raft.nextWake()
    if (process.raft.status().role !== "leader" || at === undefined) return `member ${member.id} has nobody to lead`
    conversation.hurry(member, at)
    return undefined
  }),

  propose: define(both(running, text), "Ask a leader to replicate a command", (conversation, [asked, words]) => {
    const data = new TextEncoder().encode(words)
    ask(conversation, asked, "propose", (raft, now) => raft.propose(now, data))
  }),

  forward: define(
    both(running, text),
    "Ask a follower to pass a command on to its leader",
    (conversation, [asked, words]) => {
      const data = new TextEncoder().encode(words)
      ask(conversation, asked, "forward", (raft, now) => raft.forward(now, data))
    },
  ),

  read: define(
    both(running, text),
    "Ask for a linearizable read; the name is to know the answer by",
    (conversation, [asked, name]) => {
      ask(conversation, asked, "read", (raft, now) => raft.read(now, name))
    },
  ),

  transfer: define(
    both(running, optional(id)),
    "Ask a leader to hand over, to a certain member or to the best one",
    (conversation, [asked, to]) => {
      ask(conversation, asked, "transfer", (raft, now) => raft.transfer(now, to))
    },
  ),

  change: define(
    both(running, changes),
    "Ask a leader to change who belongs to the group, all at once",
    (conversation, [asked, wanted]) => {
      ask(conversation, asked, "change", (raft, now) => raft.change(now, wanted))
    },
  ),

  snapshot: define(
    running,
    "A member takes a snapshot of all that it has applied",
    (conversation, { member, process }) => {
      const { delivered, snapshotIndex } = process.raft.status()
      if (delivered <= snapshotIndex) return `member ${member.id} has applied nothing since its last snapshot`
      const data = new TextEncoder().encode(process.machine.state)
      conversation.step(member, { type: "snapshot", index: delivered, data })
      return undefined
    },
  ),
}

type Call = Parameters<Conversation["call"]>[2]

/** A refusal is part of the conversation. */
function ask(conversation: Conversation, { member, process }: Running, what: string, make: Call): void {
  const result = conversation.call(member, process, make)
  if (!("error" in result)) return
  const { leader } = process.raft.status()
  conversation.say(`${member.id} refuses to ${what}: ${result.error} (its leader: ${showMember(leader)})`)
}
