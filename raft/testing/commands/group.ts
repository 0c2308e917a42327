import { type Command, define } from "../command.ts"
import type { Conversation } from "../conversation.ts"
import { Disk } from "../disk.ts"
import { setOption } from "../options.ts"
import { both, many } from "../parameter.ts"
import { assignment, id, ids, member, running, span } from "../parameters.ts"
import { readStored } from "../stored.ts"

/** Who takes part, how they are set up, and when they run. */
export const groupCommands: Readonly<Record<string, Command>> = {
  set: define(many(assignment, 1), "Choose how members behave; before any is added", (conversation, assignments) => {
    if (conversation.members.length > 0) return "members have been added already; set comes first"
    for (const [name, value] of assignments) {
      const settings = setOption(conversation.settings, name, value)
      if (typeof settings === "string") return settings
      conversation.settings = settings
    }
    return undefined
  }),

  disk: define(
    both(id, many(assignment, 1)),
    "Say what a member finds on its disk when it starts: log=1,1,2:x (the terms of its entries, with their data), term, vote, commit",
    (conversation, [of, assignments]) => {
      if (conversation.member(of) !== undefined) return `member ${of} has been added already; disk comes first`
      const stored = readStored(assignments)
      if (typeof stored === "string") return stored
      conversation.disks.set(of, new Disk(stored))
      return undefined
    },
  ),

  "add-members": define(ids, "Begin a group of these voters", (conversation, voters) => {
    if (conversation.members.length > 0) return "the group has begun already; others are added with add-spares"
    return addAll(conversation, voters, voters)
  }),

  "add-spares": define(ids, "Start members that belong to no group until a leader adds them", (conversation, spares) =>
    addAll(conversation, spares, []),
  ),

  timeout: define(
    both(id, span),
    "Say how long a member waits for a leader, from its next wait on; else 600ms, and 100ms more for each member added before",
    (conversation, [of, span_ms]) => {
      const { min, max } = conversation.electionSpan
      if (span_ms < min || span_ms >= max) return `a member waits from ${min}ms up to less than ${max}ms`
      conversation.timeouts.set(of, span_ms)
      return undefined
    },
  ),

  crash: define(
    running,
    "End a member's process; what its disk has not written is lost",
    (conversation, { member: of }) => {
      conversation.crash(of)
    },
  ),

  restart: define(member, "Start a member again from its disk, after a crash if it runs", (conversation, of) => {
    if (of.process !== undefined) conversation.crash(of)
    begin(conversation, [of.id])
  }),
}

function addAll(
  conversation: Conversation,
  added: ReadonlyArray<number>,
  voters: ReadonlyArray<number>,
): string | undefined {
  for (const one of added) {
    if (conversation.member(one) !== undefined) return `there is a member ${one} already`
    conversation.add(one, voters)
  }
  begin(conversation, added)
  return undefined
}

/** Starts these; what is due at once, as a sole voter's election is, happens. */
function begin(conversation: Conversation, starting: ReadonlyArray<number>): void {
  for (const one of starting) {
    const of = conversation.member(one)
    if (of === undefined) continue
    const { raft } = conversation.start(of)
    const { term, commit, lastIndex } = raft.status()
    if (term > 0)
      conversation.say(`${one} starts in term ${term} with entries up to ${lastIndex}, committed up to ${commit}`)
  }
  conversation.passTime(0)
}
