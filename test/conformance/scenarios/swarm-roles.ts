import type { Scenario } from "../scenario.ts"

const nodes = { shuffled: ["MANAGER STATUS"] }
const isManager = {
  cmd: "node ls --format '{{.Hostname}} {{.ManagerStatus}}' --filter name=worker1",
  matches: /Reachable/,
}
const isWorker = {
  cmd: "node ls --filter role=worker --format '{{.Hostname}} {{.Status}} {{.ManagerStatus}}.' --filter name=worker1",
  matches: /Ready \./,
}

export const swarmRoles: Scenario = {
  name: "swarm-roles",
  about: "A worker is promoted and demoted; what is refused of nodes that are there",
  steps: [
    { cmd: "swarm init" },
    { cmd: "swarm init", on: "worker1" },
    { cmd: "swarm join --token nonsense $port-of-manager1", on: "worker1" },
    { cmd: "swarm unlock", on: "worker1", stdin: "SWMKEY-1-nothing\n" },
    { cmd: "node promote worker1", settle: isManager },
    { cmd: "node promote worker1" },
    { cmd: "node ls", view: nodes },
    { cmd: "node ls", on: "worker1", view: { ...nodes, replace: [[/ \*/g, ""]] } },
    { cmd: "info --format '{{.Swarm.ControlAvailable}} {{.Swarm.Managers}}/{{.Swarm.Nodes}}'", on: "worker1" },
    { cmd: "node inspect --format '{{.Spec.Role}} {{.ManagerStatus.Reachability}}' worker1" },
    { cmd: "node ls --filter role=manager --format '{{.Hostname}}'" },
    { cmd: "node demote worker1", settle: isWorker },
    { cmd: "node demote worker1" },
    { cmd: "node ls", view: nodes },
    { cmd: "node ls", on: "worker1" },
    { cmd: "info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}'", on: "worker1" },
    {
      cmd: "node update --role manager worker2",
      settle: {
        cmd: "node ls --format '{{.Hostname}} {{.ManagerStatus}}' --filter name=worker2",
        matches: /Reachable/,
      },
    },
    {
      cmd: "node update --role worker worker2",
      settle: { ...isWorker, cmd: isWorker.cmd.replace("worker1", "worker2") },
    },
    { cmd: "node update --role king worker1" },
    { cmd: "node update --availability closed worker1" },
    { cmd: "node promote nosuch" },
    { cmd: "node demote nosuch worker1" },
    { cmd: "node rm worker1" },
    { cmd: "node rm manager2" },
    { cmd: "node rm --force manager2" },
    { cmd: "node rm nosuch" },
    { cmd: "swarm leave", on: "manager2" },
    { cmd: "node ls", view: nodes },
  ],
}
