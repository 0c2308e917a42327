import type { Scenario } from "../scenario.ts"

const health = "--health-interval 300ms --health-timeout 2s --stop-grace-period 1s --update-monitor 1s"

/** Not "running": the other service never runs. */
const updated = {
  cmd: "service inspect --format '{{with .UpdateStatus}}{{.State}}{{end}}' well",
  matches: /completed/,
}

export const healthScenario: Scenario = {
  name: "health",
  about: "Tasks with health checks: running once healthy, failed when not",
  steps: [
    {
      cmd: `service create -d --name well --health-cmd true ${health} busybox:1.36 sleep 1d`,
      settle: "running",
    },
    { cmd: "service ps well", view: { nodes: "any" } },
    {
      cmd: "service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec.Healthcheck}}' well",
      view: { json: true },
    },
    {
      cmd: `service create -d --name ill --health-cmd false --health-retries 2 --restart-condition none ${health} busybox:1.36 sleep 1d`,
      settle: { cmd: "service ps ill", matches: /Failed/ },
    },
    { cmd: "service ps --no-trunc ill", view: { nodes: "any" } },
    { cmd: "service ls" },
    { cmd: `service update -d --no-healthcheck well`, settle: updated },
    {
      cmd: "service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec.Healthcheck}}' well",
      view: { json: true },
    },
    { cmd: "service update -d --health-start-period 1s --health-cmd true well", settle: updated },
    { cmd: "service create -d --name bad --health-cmd true --no-healthcheck busybox:1.36 sleep 1d" },
    { cmd: "service create -d --name bad --health-cmd true --health-interval 1us busybox:1.36 sleep 1d" },
    { cmd: "service rm well ill", settle: "running" },
  ],
}
