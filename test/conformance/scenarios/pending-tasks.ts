import type { Scenario } from "../scenario.ts"

const unplaced = { cmd: "service ps --no-trunc stuck", matches: /no suitable node/ }

export const pendingTasks: Scenario = {
  name: "pending-tasks",
  about: "Tasks that fit nowhere say why, and run as soon as they fit",
  steps: [
    {
      cmd: "service create --detach --name stuck --replicas 2 --constraint node.labels.zone==north --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: unplaced,
    },
    { cmd: "service ls" },
    { cmd: "service ps stuck" },
    { cmd: "service ps --no-trunc stuck" },
    { cmd: "service inspect --pretty stuck" },
    { cmd: "node update --label-add zone=north worker2", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service ps stuck" },
    { cmd: "node inspect --format '{{json .Spec.Labels}}' worker2" },
    {
      cmd: "node update --label-rm zone worker2",
      settle: { cmd: "service ps --no-trunc --filter desired-state=running stuck", matches: /Pending[\s\S]*Pending/ },
    },
    { cmd: "service ls" },
    { cmd: "service ps --no-trunc stuck" },
    { cmd: "service update --constraint-rm node.labels.zone==north stuck", settle: "running" },
    { cmd: "service ps --filter desired-state=running stuck", view: { nodes: "any" } },
    { cmd: "service rm stuck", settle: "running" },
    {
      cmd: "service create -d --name stuck --reserve-memory 9000g --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: unplaced,
    },
    { cmd: "service ps --no-trunc stuck" },
    { cmd: "service rm stuck", settle: "running" },
    {
      cmd: "service create -d --name stuck --mode global --constraint node.role==worker --reserve-memory 9000g busybox:1.36 sleep 1d",
      settle: { cmd: "service ps --no-trunc stuck", matches: /insufficient resources[\s\S]*insufficient resources/ },
    },
    { cmd: "service ls" },
    { cmd: "service ps --no-trunc stuck", view: { sorted: true } },
    { cmd: "service rm stuck", settle: "running" },
    {
      cmd: "service create -d --name stuck --replicas 7 --replicas-max-per-node 1 --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: [{ cmd: "service ls", matches: /5\/7/ }, unplaced],
    },
    { cmd: "service ls" },
    {
      cmd: "service ps --no-trunc stuck",
      view: { sorted: true, replace: [[/stuck\.\d/g, "stuck.<slot>"]] },
    },
    { cmd: "service rm stuck", settle: "running" },
  ],
}
