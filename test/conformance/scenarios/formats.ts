import type { Scenario } from "../scenario.ts"

export const formats: Scenario = {
  name: "formats",
  about: "What templates can get out of lists and objects",
  steps: [
    {
      cmd: "service create -d --name web --replicas 2 --publish 8085:80 --label tier=front --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service ls --format json", view: { json: true, mask: ["ID"] } },
    { cmd: "service ls --format 'table {{.Name}}\\t{{.Mode}}\\t{{.Replicas}}\\t{{.Ports}}'" },
    {
      cmd: "service ps web --format json --filter name=web.1",
      view: { json: true, mask: ["ID", "Node", "CurrentState"] },
    },
    { cmd: "service ps web --format 'table {{.Name}}\\t{{.Image}}\\t{{.DesiredState}}'" },
    { cmd: "service ps -q web" },
    {
      cmd: "service inspect --format '{{.Spec.Name}} {{.Spec.Mode.Replicated.Replicas}} {{json .Endpoint.Ports}}' web",
    },
    { cmd: "service inspect --format '{{.Nope}}' web" },
    { cmd: "node ls --format json --filter name=worker1", view: { json: true, mask: ["ID", "EngineVersion"] } },
    { cmd: "node ls --format '{{.Hostname}} {{.Availability}} {{.TLSStatus}}'" },
    { cmd: "node inspect --format '{{.Spec.Role}} {{.Description.Platform.OS}} {{.Status.State}}' worker1" },
    { cmd: "node inspect --format '{{.ManagerStatus.Reachability}}' manager2" },
    { cmd: "network ls --format json --filter name=ingress", view: { json: true, mask: ["ID", "CreatedAt"] } },
    { cmd: "inspect --type service --format '{{.Spec.Name}}' web" },
    { cmd: "inspect --format '{{.Spec.Name}}' web" },
    { cmd: "inspect nosuchthing" },
    { cmd: "stack ls --format json" },
    {
      cmd: "info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}} {{.Swarm.Nodes}} {{.Swarm.Managers}}'",
    },
    { cmd: "info --format '{{.OSType}} {{.Driver}} {{.LoggingDriver}} {{.DefaultRuntime}} {{json .Plugins.Volume}}'" },
    { cmd: "info --format '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}'", on: "worker2" },
    { cmd: "version --format '{{.Server.Os}} {{(index .Server.Components 0).Name}}'" },
    { cmd: "swarm ca --help", view: { sorted: true } },
    { cmd: "service rm web", settle: "running" },
  ],
}
