import type { Service, Task } from "../../client/types.ts"
import type { Line } from "./line.ts"

/** What is known of a service at one moment. `activeNodes` are the ones that are not down. */
export interface Observation {
  readonly service: Service
  readonly tasks: ReadonlyArray<Task>
  readonly activeNodes: ReadonlySet<string>
  readonly rollback: boolean
}

export interface Progress {
  readonly converged: boolean
  readonly lines: ReadonlyArray<Line>
}

/** Judges one observation after the other; one kind for each service mode. */
export interface Updater {
  update(seen: Observation): Progress
}
