import type { Scenario } from "../scenario.ts"

/** Which of the slots were on the node is chance; how many, is not. */
const anySlot: readonly [RegExp, string] = [/\bpair\.\d/g, "pair.<slot>"]

export const nodeAvailability: Scenario = {
  name: "node-availability",
  about: "A worker is drained, paused and taken back",
  steps: [
    {
      cmd: "service create -d --name pair --replicas 4 --constraint node.role==worker --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    {
      cmd: "service create -d --name each --mode global --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service ls" },
    { cmd: "service ps pair", view: { nodes: "shuffled" } },
    { cmd: "node update --availability drain worker1", settle: "running" },
    { cmd: "node ls", view: { shuffled: ["MANAGER STATUS"] } },
    { cmd: "service ls" },
    { cmd: "service ps --filter desired-state=running pair" },
    { cmd: "service ps pair", view: { sorted: true, replace: [anySlot] } },
    { cmd: "service ps each", view: { sorted: true } },
    { cmd: "node ps worker1", view: { sorted: true, replace: [anySlot] } },
    { cmd: "node inspect --pretty worker1", view: { section: "Status" } },
    { cmd: "service scale pair=6", settle: "running" },
    { cmd: "service ps --filter desired-state=running pair" },
    { cmd: "node update --availability active worker1", settle: "running" },
    { cmd: "service ls" },
    // Nothing moves back by itself.
    { cmd: "service ps --filter desired-state=running pair" },
    { cmd: "service ps --filter desired-state=running each", view: { sorted: true } },
    { cmd: "node update --availability pause worker2", settle: "running" },
    { cmd: "node ls", view: { shuffled: ["MANAGER STATUS"] } },
    { cmd: "service ls" },
    { cmd: "service scale pair=8", settle: "running" },
    { cmd: "service ps --filter desired-state=running pair", view: { nodes: "shuffled" } },
    { cmd: "service update --force --update-parallelism 0 pair", settle: "running" },
    // A paused node takes nothing new, an update neither.
    { cmd: "service ps --filter desired-state=running pair" },
    { cmd: "node update --availability active worker2", settle: "running" },
    { cmd: "node ls", view: { shuffled: ["MANAGER STATUS"] } },
    { cmd: "node update --availability active worker2" },
    { cmd: "service rm pair each", settle: "running" },
    { cmd: "node ps worker1 worker2" },
  ],
}
