import type { Scenario } from "../scenario.ts"

export const serviceScale: Scenario = {
  name: "service-scale",
  about: "More replicas and fewer",
  steps: [
    {
      cmd: "service create -d --name web --replicas 1 --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service scale web=5", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service ps web", view: { nodes: "shuffled" } },
    { cmd: "service scale -d web=2", settle: "running" },
    { cmd: "service ls" },
    // Which two slots stay depends on where the tasks are.
    { cmd: "service ps web", view: { nodes: "any", replace: [[/web\.\d/g, "web.<slot>"]] } },
    { cmd: "service scale web=0", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service ps web" },
    {
      cmd: "service create -d --name api --replicas 1 --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service scale web=2 api=3", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service scale web=2" },
    { cmd: "service update --replicas 4 web", settle: "running" },
    { cmd: "service ps web", view: { nodes: "any" } },
    {
      cmd: "service create -d --name each --mode global --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service scale each=2" },
    { cmd: "service scale web=many" },
    { cmd: "service scale web" },
    { cmd: "service scale nosuch=2 api=1", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service rm web api each", settle: "running" },
  ],
}
