import type { Scenario } from "../scenario.ts"
import { swarmSection } from "./swarm-section.ts"

export const anyManager: Scenario = {
  name: "any-manager",
  about: "Every manager shows and changes the same cluster",
  steps: [
    { cmd: "node ls", on: "manager2", view: { shuffled: ["MANAGER STATUS"] } },
    { cmd: "info", on: "manager3", view: swarmSection },
    {
      cmd: "service create -d --name web --replicas 2 --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      on: "manager2",
      settle: "running",
    },
    { cmd: "service ls", on: "manager3" },
    { cmd: "service scale web=3", on: "manager3", settle: "running" },
    { cmd: "service ls", on: "manager2" },
    { cmd: "service ps web", view: { nodes: "any" } },
    { cmd: "service inspect nosuch", on: "manager2" },
    { cmd: "service rm web", on: "manager2", settle: "running" },
  ],
}
