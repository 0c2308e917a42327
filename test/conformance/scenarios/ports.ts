import type { Scenario } from "../scenario.ts"

export const ports: Scenario = {
  name: "ports",
  // No range: the command line puts the ports of one in any order.
  about: "Published ports: ingress, host mode, protocols, conflicts, endpoint modes",
  steps: [
    {
      cmd: "service create -d --name web --publish 8086:80 --publish published=8087,target=81,protocol=udp --publish 8088:90 --publish 8089:91 --update-monitor 1s --stop-grace-period 1s nginx:alpine",
      settle: "running",
    },
    { cmd: "service ls" },
    { cmd: "service inspect --format '{{json .Endpoint.Ports}}' web", view: { json: true } },
    { cmd: "service inspect --format '{{json .Endpoint.Spec}}' web", view: { json: true } },
    {
      cmd: "service create -d --name auto --publish 80 --stop-grace-period 1s nginx:alpine",
      settle: "running",
    },
    { cmd: "service ls --filter name=auto --format '{{.Ports}}'" },
    { cmd: "service create -d --name clash --publish 8086:80 nginx:alpine" },
    {
      cmd: "service create -d --name host --mode global --constraint node.role==worker --publish mode=host,published=8090,target=80 --stop-grace-period 1s nginx:alpine",
      settle: "running",
    },
    { cmd: "service ls" },
    { cmd: "service ps --format '{{.Node}} {{.Ports}}' host", view: { sorted: true } },
    { cmd: "service update -d --publish-rm 8086:80 --publish-add 8095:80 web", settle: "running" },
    { cmd: "service ls --filter name=web --format '{{.Ports}}'" },
    { cmd: "service update -d --endpoint-mode dnsrr web" },
    { cmd: "service create -d --name rr --endpoint-mode dnsrr --stop-grace-period 1s nginx:alpine", settle: "running" },
    { cmd: "service inspect --format '{{json .Endpoint}}' rr", view: { json: true } },
    { cmd: "service create -d --name bad --publish 8096:80 --publish 8096:81 nginx:alpine" },
    { cmd: "service create -d --name bad --publish mode=bogus,target=80 nginx:alpine" },
    { cmd: "service rm web auto host rr", settle: "running" },
  ],
}
