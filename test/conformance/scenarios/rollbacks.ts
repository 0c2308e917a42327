import type { Scenario } from "../scenario.ts"

const state = "service inspect --format '{{with .UpdateStatus}}{{.State}} {{.Message}}{{end}}' web"

export const rollbacks: Scenario = {
  name: "rollbacks",
  about: "Updates that fail: paused, rolled back, gone on with; rollbacks by hand",
  steps: [
    {
      cmd: "service create -d --name web --replicas 2 --update-monitor 2s --rollback-monitor 1s --restart-delay 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service update -d --env-add A=1 web", settle: ["running", { cmd: state, matches: /^completed/ }] },
    { cmd: state },
    { cmd: "service rollback -d web", settle: ["running", { cmd: state, matches: /rollback_completed/ }] },
    { cmd: state },
    {
      cmd: "service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec.Env}} {{json .PreviousSpec.TaskTemplate.ContainerSpec.Env}}' web",
    },
    {
      cmd: "service update -d --update-failure-action pause --args 'sh -c \"exit 1\"' web",
      settle: { cmd: state, matches: /^paused/ },
    },
    { cmd: state },
    { cmd: "service inspect --pretty web" },
    {
      cmd: "service update -d --rollback web",
      settle: [{ cmd: state, matches: /rollback_completed/ }, "running"],
    },
    {
      cmd: "service update -d --update-failure-action rollback --update-order start-first --args 'sh -c \"exit 1\"' web",
      settle: [{ cmd: state, matches: /rollback_completed/ }, "running"],
    },
    { cmd: state },
    { cmd: "service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec.Args}} {{.PreviousSpec}}' web" },
    { cmd: "service rollback -d web" },
    { cmd: "service rm web", settle: "running" },
  ],
}
