import type { DispatchMessage } from "../../protocol.ts"
import type { ManagerOutput } from "../io.ts"

/** A message for a node's agent. */
export interface Dispatch {
  readonly to: string
  readonly message: DispatchMessage
}

export const toAgent = ({ to, message }: Dispatch): ManagerOutput => ({
  type: "send",
  to,
  envelope: { kind: "dispatch", message },
})
