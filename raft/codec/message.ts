import { InvariantViolation } from "../invariant.ts"
import type { Message } from "../message.ts"
import { type Decoded, decodeFrame, encodeFrame } from "./frame.ts"
import { type Layout, layouts } from "./layouts.ts"
import type { Reader } from "./reader.ts"
import type { Writer } from "./writer.ts"

/** A message as a frame of its own. */
export const encodeMessage = (message: Message): Uint8Array => encodeFrame(message, writeMessage)

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
