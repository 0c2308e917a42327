import type { Scenario } from "../scenario.ts"
import { anyManager } from "./any-manager.ts"
import { composeV1 } from "./compose-v1.ts"
import { configs } from "./configs.ts"
import { containers } from "./containers.ts"
import { dockerode } from "./dockerode.ts"
import { emptyCluster } from "./empty-cluster.ts"
import { errors } from "./errors.ts"
import { eventsScenario } from "./events.ts"
import { filters } from "./filters.ts"
import { formats } from "./formats.ts"
import { healthScenario } from "./health.ts"
import { jobs } from "./jobs.ts"
import { networks } from "./networks.ts"
import { nodeAvailability } from "./node-availability.ts"
import { pendingTasks } from "./pending-tasks.ts"
import { placement } from "./placement.ts"
import { ports } from "./ports.ts"
import { requests } from "./requests.ts"
import { restarts } from "./restarts.ts"
import { rollbacks } from "./rollbacks.ts"
import { secrets } from "./secrets.ts"
import { serviceCreate } from "./service-create.ts"
import { serviceLogs } from "./service-logs.ts"
import { serviceScale } from "./service-scale.ts"
import { serviceUpdate } from "./service-update.ts"
import { specRoundTrip } from "./spec-round-trip.ts"
import { stack } from "./stack.ts"
import { swarmMembership } from "./swarm-membership.ts"
import { swarmRoles } from "./swarm-roles.ts"
import { swarmSettings } from "./swarm-settings.ts"
import { templates } from "./templates.ts"
import { vaultStack } from "./vault-stack.ts"
import { worker } from "./worker.ts"

export const scenarios: ReadonlyArray<Scenario> = [
  emptyCluster,
  serviceCreate,
  serviceScale,
  serviceUpdate,
  rollbacks,
  restarts,
  healthScenario,
  jobs,
  pendingTasks,
  placement,
  ports,
  networks,
  specRoundTrip,
  secrets,
  configs,
  templates,
  serviceLogs,
  eventsScenario,
  containers,
  stack,
  vaultStack,
  nodeAvailability,
  anyManager,
  worker,
  errors,
  filters,
  formats,
  requests,
  dockerode,
  composeV1,
  swarmSettings,
  swarmRoles,
  swarmMembership,
]
