import type { Scenario } from "../scenario.ts"

export const dockerode: Scenario = {
  name: "dockerode",
  about: "A swarm driven by dockerode, with its list filters and its options in query and body",
  steps: [
    { dockerode: "create a service", settle: "running" },
    { dockerode: "list services by label" },
    { dockerode: "list the tasks of a service" },
    { dockerode: "inspect a service" },
    { dockerode: "update a service", settle: "running" },
    { dockerode: "read the logs of a service" },
    { dockerode: "inspect a missing service" },
    { dockerode: "list services by a wrong filter" },
    { dockerode: "list nodes" },
    { dockerode: "create and remove a secret" },
    { dockerode: "create and remove a config" },
    { dockerode: "create and remove a network" },
    { dockerode: "ping" },
    { dockerode: "remove a service", settle: "running" },
    { dockerode: "list services by label" },
  ],
}
