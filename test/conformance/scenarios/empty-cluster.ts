import type { Scenario } from "../scenario.ts"
import { swarmSection } from "./swarm-section.ts"

/** What a node is made of belongs to the machine under it. */
const machineLabels = [
  "CPUs",
  "Memory",
  "Log",
  "Network",
  "Volume",
  "Engine Version",
  "Issuer Subject",
  "Issuer Public Key",
  "Architecture",
]
const machineFields = [
  "0.Description.Platform.Architecture",
  "0.Description.Resources.NanoCPUs",
  "0.Description.Resources.MemoryBytes",
  "0.Description.Engine.EngineVersion",
  "0.Description.Engine.Plugins",
  "0.Description.TLSInfo.TrustRoot",
  "0.Description.TLSInfo.CertIssuerSubject",
  "0.Description.TLSInfo.CertIssuerPublicKey",
]

export const emptyCluster: Scenario = {
  name: "empty-cluster",
  about: "Looking around in a cluster of three managers and two workers that runs nothing",
  steps: [
    { cmd: "version", view: { section: "Server", labels: true } },
    { cmd: "version --format '{{.Server.Os}} {{.Server.APIVersion}} {{.Server.MinAPIVersion}}'" },
    { cmd: "info", view: swarmSection },
    {
      cmd: "info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}} {{.Swarm.Managers}}/{{.Swarm.Nodes}}'",
    },
    { cmd: "info --format '{{json .Swarm.Cluster.Spec}}'", view: { json: true } },
    { cmd: "node ls", view: { shuffled: ["MANAGER STATUS"] } },
    { cmd: "node ls --filter role=worker --format '{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}'" },
    { cmd: "node inspect --pretty worker1", view: { mask: machineLabels } },
    { cmd: "node inspect --pretty self", view: { mask: [...machineLabels, "Leader"] } },
    { cmd: "node inspect worker1", view: { json: true, mask: machineFields } },
    { cmd: "node inspect --format '{{json .Spec}}' manager1", view: { json: true } },
    { cmd: "node ps" },
    { cmd: "node ps worker1" },
    { cmd: "network ls" },
    { cmd: "network ls --filter driver=overlay --format '{{.Name}} {{.Driver}} {{.Scope}}'" },
    {
      cmd: "network inspect --format '{{.Name}} {{.Scope}} {{.Driver}} {{.Ingress}} {{.Attachable}} {{json .IPAM}}' ingress",
    },
    { cmd: "stack ls" },
    { cmd: "service ls" },
    { cmd: "service ls -q" },
  ],
}
