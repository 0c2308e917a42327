import type { Scenario } from "../scenario.ts"

const inspect =
  "network inspect --format '{{.Name}} {{.Scope}} {{.Driver}} {{.Internal}} {{.Attachable}} {{json .IPAM.Config}} {{json .Labels}}'"

export const networks: Scenario = {
  name: "networks",
  about: "Networks of the swarm: made with options, listed, inspected, in use, refused",
  steps: [
    {
      cmd: "network create -d overlay --attachable --subnet 10.98.0.0/24 --gateway 10.98.0.254 --label kind=inner inner",
    },
    {
      cmd: "network create -d overlay --internal --opt encrypted= closed",
      settle: { cmd: "network ls", matches: /closed/ },
    },
    { cmd: "network ls --filter driver=overlay" },
    { cmd: `${inspect} inner`, view: { replace: [[/10\.98/g, "ten.98"]] } },
    { cmd: "network inspect inner", view: { json: true, mask: ["0.Options", "0.Containers"] } },
    { cmd: "network inspect --format '{{.Name}} {{.Internal}}' closed" },
    { cmd: "network ls --filter label=kind=inner --format '{{.Name}} {{.Driver}} {{.Scope}} {{.Labels}}'" },
    { cmd: "network ls --filter name=inn -q --no-trunc" },
    { cmd: "network ls --filter type=builtin --format '{{.Name}}'", view: { sorted: true } },
    { cmd: "network ls --filter bogus=1" },
    { cmd: "network create -d overlay inner" },
    { cmd: "network create -d overlay 'bad name'" },
    { cmd: "network create -d overlay --subnet nonsense wrong" },
    { cmd: "network create -d overlay --ingress second" },
    { cmd: "network create --attachable local1" },
    { cmd: "network rm bridge" },
    {
      cmd: "service create -d --name on --network name=inner,alias=safe --network closed --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service inspect --format '{{json .Spec.TaskTemplate.Networks}}' on", view: { json: true, sorted: true } },
    { cmd: "network rm inner" },
    { cmd: "service update -d --network-rm closed on", settle: "running" },
    { cmd: "service inspect --format '{{len .Spec.TaskTemplate.Networks}} {{len .Endpoint.VirtualIPs}}' on" },
    { cmd: "service create -d --name two --network nosuch busybox:1.36 sleep 1d" },
    { cmd: "service create -d --name two --network bridge --stop-grace-period 1s busybox:1.36 sleep 1d" },
    { cmd: "service rm on two", settle: "running" },
    { cmd: "network inspect nosuch" },
  ],
}
