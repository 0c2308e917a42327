import type { Scenario } from "../scenario.ts"
import { secretsOfSwarm } from "./swarm-secrets.ts"

const on = "worker2"
const view = { replace: secretsOfSwarm }
const nodes = { sorted: true, shuffled: ["MANAGER STATUS"] }

export const swarmMembership: Scenario = {
  name: "swarm-membership",
  about: "A worker leaves, is a swarm of its own for a while, and comes back as another node",
  steps: [
    {
      cmd: "swarm leave",
      on,
      settle: {
        cmd: "node ls --format '{{.Hostname}} {{.Status}}' --filter name=worker2",
        on: "manager1",
        matches: /Ready|Down/,
      },
    },
    { cmd: "swarm leave", on },
    { cmd: "swarm leave --force", on },
    { cmd: "info --format '{{.Swarm.LocalNodeState}} {{.Swarm.NodeID}}.{{.Swarm.ControlAvailable}}'", on },
    { cmd: "node ls", on },
    { cmd: "service ls", on },
    { cmd: "swarm join-token worker", on },
    { cmd: "swarm unlock-key", on },
    { cmd: "swarm unlock", on, stdin: "SWMKEY-1-nothing\n" },
    { cmd: "swarm init --advertise-addr eth9", on },
    { cmd: "swarm init --listen-addr nowhere", on },
    { cmd: "swarm init --data-path-port 80", on },
    { cmd: "swarm init --default-addr-pool 10.30.0.0/16 --default-addr-pool-mask-length 8", on },
    { cmd: "swarm init --cert-expiry 1m --advertise-addr $ip-of-worker2", on },
    { cmd: "info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}'", on },
    { cmd: "swarm leave", on },
    { cmd: "swarm leave --force", on },
    {
      cmd: "swarm init --advertise-addr $ip-of-worker2 --default-addr-pool 10.30.0.0/16 --default-addr-pool-mask-length 26 --autolock",
      on,
      view,
    },
    {
      cmd: "info --format '{{json .Swarm.Cluster.DefaultAddrPool}} {{.Swarm.Cluster.SubnetSize}} {{.Swarm.Nodes}}'",
      on,
    },
    { cmd: "network inspect ingress --format '{{json .IPAM.Config}}'", on },
    { cmd: "swarm update --autolock=false", on },
    { cmd: "node demote worker2", on },
    { cmd: "node rm --force worker2", on },
    { cmd: "swarm init --force-new-cluster --advertise-addr $ip-of-worker2", on, view },
    { cmd: "node ls --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}'", on },
    {
      cmd: "swarm leave --force",
      on,
      settle: {
        cmd: "node ls --format '{{.Hostname}} {{.Status}}' --filter name=worker2",
        on: "manager1",
        matches: /Down/,
      },
    },
    { cmd: "node ls", view: nodes },
    { cmd: "swarm join --token nonsense $port-of-manager1", on },
    {
      cmd: "swarm join --availability drain --token $worker-token $port-of-manager2",
      on,
      settle: {
        cmd: "node ls --format '{{.Hostname}} {{.Status}}' --filter name=worker2",
        on: "manager1",
        matches: /Ready/,
      },
    },
    { cmd: "node ls", view: nodes },
    { cmd: "node inspect worker2" },
    { cmd: "node rm $node-that-is-down" },
    { cmd: "node ls", view: nodes },
    { cmd: "node update --availability active worker2" },
    { cmd: "node inspect --format '{{.Spec.Role}} {{.Spec.Availability}} {{.Status.State}}' worker2" },
  ],
}
