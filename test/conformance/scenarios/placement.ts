import type { Scenario } from "../scenario.ts"

const where = (name: string) => ({
  cmd: `service ps --format '{{.Name}} {{.Node}} {{.DesiredState}}' ${name}`,
  view: { sorted: true } as const,
})

export const placement: Scenario = {
  name: "placement",
  about: "Constraints, preferences, limits a node, reservations",
  steps: [
    { cmd: "node update --label-add zone=a worker1" },
    { cmd: "node update --label-add zone=b worker2" },
    {
      cmd: "service create -d --name here --replicas 2 --constraint node.labels.zone==a --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    where("here"),
    {
      cmd: "service create -d --name spread --replicas 2 --constraint node.role==worker --placement-pref spread=node.labels.zone --replicas-max-per-node 1 --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service ps --format '{{.Node}}' spread", view: { sorted: true } },
    { cmd: "service inspect --format '{{json .Spec.TaskTemplate.Placement}}' spread", view: { json: true } },
    { cmd: "service inspect --pretty spread" },
    {
      cmd: "service create -d --name notmanager --mode global --constraint node.role!=manager --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service ps --format '{{.Node}}' notmanager", view: { sorted: true } },
    { cmd: "service ls" },
    {
      cmd: "service create -d --name gpu --generic-resource gpu=1 --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: { cmd: "service ps --no-trunc gpu", matches: /no suitable node/ },
    },
    { cmd: "service ps --no-trunc gpu" },
    {
      cmd: "service create -d --name voldriver --mount type=volume,volume-driver=nosuch,source=v,target=/v --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: { cmd: "service ps --no-trunc voldriver", matches: /no suitable node/ },
    },
    { cmd: "service ps --no-trunc voldriver" },
    {
      cmd: "service update -d --placement-pref-rm spread=node.labels.zone --constraint-add node.labels.zone!=c spread",
    },
    { cmd: "service inspect --format '{{json .Spec.TaskTemplate.Placement}}' spread", view: { json: true } },
    { cmd: "service rm here spread notmanager gpu voldriver", settle: "running" },
    { cmd: "node update --label-rm zone worker1" },
    { cmd: "node update --label-rm zone worker2" },
    { cmd: "node update --label-rm zone worker2" },
  ],
}
