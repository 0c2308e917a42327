import type { MessageView } from "../../nodes/status.ts"
import type { Message } from "../../raft/index.ts"
import type { World } from "./world.ts"

/** More than fit on a screen would not be looked at. */
const shownMessages = 60

/** What the managers have on its way to each other, the first to arrive first. */
export function messagesOf({ network }: World): ReadonlyArray<MessageView> {
  const views: MessageView[] = []
  for (const { from, to, message: packet, sentAt, at } of network.inFlight()) {
    if (views.length === shownMessages) break
    if (packet.kind !== "envelope" || from === to) continue
    const { envelope } = packet
    const way = { from, to, sentAt, arrivesAt: at }
    if (envelope.kind === "raft") {
      const { message } = envelope
      views.push({ ...way, type: message.type, term: message.term, text: textOf(message) })
    } else if (envelope.kind === "forward") {
      views.push({ ...way, type: "forward", text: envelope.request.op })
    } else if (envelope.kind === "forwarded") {
      views.push({ ...way, type: "forwarded", text: envelope.outcome.type })
    }
  }
  return views
}

/** What a message says besides its type and term. */
function textOf(message: Message): string {
  switch (message.type) {
    case "vote":
    case "pre-vote":
      return `my log ends with #${message.lastIndex} of term ${message.lastTerm}`
    case "vote-reply":
    case "pre-vote-reply":
      return message.granted ? "granted" : "refused"
    case "append": {
      const first = message.prevIndex + 1
      const last = message.prevIndex + message.entries.length
      const entries =
        last < first ? `none after #${message.prevIndex}` : last === first ? `#${first}` : `#${first}-${last}`
      return `${entries}, commit #${message.commit}`
    }
    case "append-reply":
      return message.accepted ? `I have #${message.index}` : `I have no such #${message.index}`
    case "heartbeat":
      return `commit #${message.commit}`
    case "snapshot":
      return `up to #${message.snapshot.index}, bytes ${message.offset}-${message.offset + message.data.length} of ${message.size}`
    case "snapshot-reply":
      return `bytes from ${message.offset} on`
    case "read-index-reply":
      return `#${message.index}`
    default:
      return ""
  }
}
