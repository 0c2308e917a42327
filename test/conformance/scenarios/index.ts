import type { Scenario } from "../scenario.ts"
import { anyManager } from "./any-manager.ts"
import { emptyCluster } from "./empty-cluster.ts"
import { errors } from "./errors.ts"
import { nodeAvailability } from "./node-availability.ts"
import { pendingTasks } from "./pending-tasks.ts"
import { serviceCreate } from "./service-create.ts"
import { serviceScale } from "./service-scale.ts"
import { serviceUpdate } from "./service-update.ts"
import { stack } from "./stack.ts"
import { worker } from "./worker.ts"

export const scenarios: ReadonlyArray<Scenario> = [
  emptyCluster,
  serviceCreate,
  serviceScale,
  serviceUpdate,
  pendingTasks,
  stack,
  nodeAvailability,
  anyManager,
  worker,
  errors,
]
