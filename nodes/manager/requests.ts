import type { ControlRequest } from "./control/request.ts"

/** Where a request came from: this manager's own clients, or another manager that forwarded it. */
export type Origin =
  | { readonly type: "client"; readonly number: number }
  | { readonly type: "manager"; readonly nodeId: string }

/** A request on its way to being answered. */
export interface Pending {
  /** Unique in the cluster, for ever: of the manager that took it, its process, and a number. */
  readonly id: string
  readonly origin: Origin
  readonly request: ControlRequest
  /** When the one who asked is told that it took too long. */
  readonly deadline: number
}
