import type { Scenario } from "../scenario.ts"
import { swarmSection } from "./swarm-section.ts"

export const worker: Scenario = {
  name: "worker",
  about: "A worker knows of the cluster and refuses to speak for it",
  steps: [
    { cmd: "info", on: "worker1", view: swarmSection },
    { cmd: "service ls", on: "worker1" },
    { cmd: "node ls", on: "worker1" },
    { cmd: "node inspect self", on: "worker1" },
    { cmd: "service create --name web busybox:1.36", on: "worker1" },
    { cmd: "service scale web=2", on: "worker1" },
    { cmd: "stack ls", on: "worker1" },
    { cmd: "stack deploy -c shop.yml shop", on: "worker1" },
    { cmd: "network ls --filter driver=overlay --format '{{.Name}}'", on: "worker1" },
  ],
}
