import { type Command, define } from "../command.ts"
import type { Conversation } from "../conversation.ts"
import { showConfiguration } from "../describe.ts"
import { showLog, showStatus } from "../describe-status.ts"
import { showLetter } from "../mail.ts"
import type { Member, Process } from "../member.ts"
import { many, nothing } from "../parameter.ts"
import { member } from "../parameters.ts"

const some = many(member, 0)

/** What can be looked at, without changing anything. */
export const lookCommands: Readonly<Record<string, Command>> = {
  status: define(some, "Show what members are, and what a leader knows of the others", (conversation, members) => {
    each(conversation, members, (_, { raft }) => showStatus(raft.status()))
  }),

  configuration: define(some, "Show who belongs to the group, as members see it", (conversation, members) => {
    each(conversation, members, ({ id }, { raft }) => {
      const { configuration, configurationIndex, commit } = raft.status()
      const since = configurationIndex > commit ? ` (entry ${configurationIndex}, not committed)` : ""
      return [`${id} goes by ${showConfiguration(configuration)}${since}`]
    })
  }),

  log: define(some, "Show members' logs; what stands before the bar is committed", (conversation, members) => {
    each(conversation, members, ({ id, disk }, { raft, log }) => {
      const snapshot = [...disk.writing].reverse().find((save) => save.snapshot !== undefined)?.snapshot
      return [showLog(id, log.entries, raft.status().commit, snapshot ?? disk.load().snapshot)]
    })
  }),

  state: define(some, "Show what members' state machines have applied", (conversation, members) => {
    each(conversation, members, ({ id }, { machine }) => [`${id}: ${JSON.stringify(machine.state)}`])
  }),

  mail: define(nothing, "Show the messages on their way", (conversation) => {
    for (const letter of conversation.mail.letters) conversation.say(showLetter(letter, "~>"))
  }),
}

/** All of them when none is named. */
function each(
  conversation: Conversation,
  named: ReadonlyArray<Member>,
  show: (member: Member, process: Process) => ReadonlyArray<string>,
): void {
  for (const one of named.length === 0 ? conversation.members : named) {
    const lines = one.process === undefined ? [`${one.id} is down`] : show(one, one.process)
    for (const line of lines) conversation.say(line)
  }
}
