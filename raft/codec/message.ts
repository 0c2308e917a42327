import { InvariantViolation } from "../invariant.ts"
import type { Message } from "../message.ts"
import { type Decoded, decodeFrame, encodeFrame } from "./frame.ts"
import { type Layout, layouts } from "./layouts.ts"
import type { Reader } from "./reader.ts"
import type { Writer } from "./writer.ts"

/** A message as a frame of its own. One that goes to several members, one after the other, is encoded once: nobody may write to it. */
export function encodeMessage(message: Message): Uint8Array {
  if (last?.message !== message) last = { message, frame: encodeFrame(message, writeMessage) }
  return last.frame
}

let last: { readonly message: Message; readonly frame: Uint8Array } | undefined

/** Never throws. Data in the message are views of `bytes`: whoever gives them must not write to them again. */
export const decodeMessage = (bytes: Uint8Array): Decoded<Message> => decodeFrame(bytes, readMessage)

function writeMessage(w: Writer, message: Message): void {
  // The layout under a type is given only messages of that type, which the type of the lookup cannot say.
  const layout = layouts[message.type] as Layout<Message>
  w.byte(layout.tag)
  w.uint(message.term)
  layout.write(w, message)
}

function readMessage(r: Reader): Message | undefined {
  const layout = byTag[r.byte()]
  return layout?.read(r, r.uint())
}

const byTag: Pick<Layout<Message>, "read">[] = []
for (const layout of Object.values(layouts)) {
  if (byTag[layout.tag] !== undefined) throw new InvariantViolation("two message types have one tag", layout)
  byTag[layout.tag] = layout
}
