import type { Message, RaftOutput } from "../../../raft/index.ts"
import type { Checker, MemberView, Observation } from "../observation.ts"

/** A vote is on disk before it is answered or asked for, and an entry before it is acknowledged (figure 2, "persistent state"). */
export class DurableBeforeTold implements Checker {
  readonly name = "durable before told"

  observe(event: Observation): string | undefined {
    if (event.type !== "stepped") return undefined
    for (const output of event.outputs) {
      if (output.type === "send" && !isDurable(event.member, output)) {
        return `member ${event.member.id} tells ${output.to} what is not on its disk: ${describe(output.message)}`
      }
    }
    return undefined
  }
}

function isDurable({ id, disk }: MemberView, { to, message }: Extract<RaftOutput, { type: "send" }>): boolean {
  const { term, vote } = disk.hardState
  switch (message.type) {
    case "vote":
      return term === message.term && vote === id && message.lastIndex <= disk.lastIndex
    case "vote-reply":
      return term >= message.term && (!message.granted || (term === message.term && vote === to))
    case "pre-vote-reply":
      return message.granted || term >= message.term
    case "append-reply":
      return term >= message.term && (!message.accepted || message.index <= disk.lastIndex)
    case "append":
    case "heartbeat":
    case "snapshot":
    case "timeout-now":
      return term >= message.term
    default:
      return true
  }
}

const describe = (message: Message): string => JSON.stringify(message)
