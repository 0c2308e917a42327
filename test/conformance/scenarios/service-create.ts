import type { Scenario } from "../scenario.ts"

export const serviceCreate: Scenario = {
  name: "service-create",
  about: "Services made by hand: waited for and not, replicated and global, with ports and networks",
  steps: [
    { cmd: "service create --name web --replicas 3 --stop-grace-period 1s nginx:alpine", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service ps web", view: { nodes: "any" } },
    { cmd: "service ps --format '{{.Name}} {{.Image}} {{.DesiredState}}' web" },
    { cmd: "service inspect web", view: { json: true } },
    { cmd: "service inspect --pretty web" },
    { cmd: "network create --driver overlay front" },
    { cmd: "network ls" },
    {
      cmd: "service create --detach --name api --replicas 2 --publish 8080:80 --network front --env MODE=test --label tier=front --update-delay 1s --update-parallelism 2 --restart-condition on-failure --restart-max-attempts 3 --limit-cpu 0.5 --reserve-memory 16m --constraint node.role==worker --stop-grace-period 1s nginx:alpine",
      settle: "running",
    },
    { cmd: "service ls" },
    { cmd: "service ps api", view: { nodes: "shuffled" } },
    { cmd: "service inspect api", view: { json: true } },
    { cmd: "service inspect --pretty api" },
    {
      cmd: "service create -d --name each --mode global --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service ls" },
    { cmd: "service ps each", view: { sorted: true } },
    { cmd: "service inspect --pretty each" },
    {
      cmd: "service create -d --quiet --replicas 0 --name none --hostname '{{.Task.Name}}' --mount type=volume,source=data,target=/data busybox:1.36 sleep 1d",
    },
    { cmd: "service inspect --format '{{json .Spec}}' none", view: { json: true } },
    { cmd: "service ls --filter name=we" },
    { cmd: "service ls --filter mode=global --format '{{.Name}} {{.Mode}} {{.Replicas}} {{.Image}} {{.Ports}}'" },
    { cmd: "service ls --filter label=tier=front -q" },
    { cmd: "node ps worker1 --filter name=each", view: { nodes: "any" } },
    { cmd: "service rm web api each none", settle: "running" },
    { cmd: "service ls" },
    { cmd: "network rm front" },
    { cmd: "network ls" },
  ],
}
