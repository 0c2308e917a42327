import type { Scenario } from "../scenario.ts"

export const serviceUpdate: Scenario = {
  name: "service-update",
  about: "Rolling updates, forced ones, changes that restart nothing, and the way back",
  steps: [
    {
      cmd: "service create -d --name web --replicas 2 --update-monitor 1s --rollback-monitor 1s --stop-grace-period 1s nginx:alpine",
      settle: "running",
    },
    { cmd: "service update --image nginx:latest web", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service ps web", view: { nodes: "any" } },
    { cmd: "service ps --filter desired-state=running web", view: { nodes: "any" } },
    { cmd: "service inspect --pretty web" },
    { cmd: "service inspect web", view: { json: true } },
    {
      cmd: "service update --detach --force web",
      settle: ["running", { cmd: "service inspect --format '{{.UpdateStatus.State}}' web", matches: /^completed$/m }],
    },
    { cmd: "service ps web", view: { nodes: "any" } },
    {
      cmd: "service inspect --format '{{.Spec.TaskTemplate.ForceUpdate}} {{.UpdateStatus.State}} {{.UpdateStatus.Message}}' web",
    },
    { cmd: "service update -d --label-add tier=front --update-parallelism 2 web", settle: "running" },
    { cmd: "service ps --filter desired-state=running web", view: { nodes: "any" } },
    { cmd: "service inspect --format '{{json .Spec.Labels}} {{json .Spec.UpdateConfig}}' web" },
    { cmd: "service update --env-add MODE=test --publish-add 8081:80 --args 'httpd -f -p 80' web", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service inspect --format '{{json .Spec.TaskTemplate}}' web", view: { json: true } },
    { cmd: "service inspect --format '{{json .Endpoint.Ports}}' web", view: { json: true } },
    { cmd: "service rollback web", settle: "running" },
    { cmd: "service ls" },
    { cmd: "service inspect --format '{{.UpdateStatus.State}}: {{.UpdateStatus.Message}}' web" },
    { cmd: "service inspect --format '{{json .Spec}}' web", view: { json: true } },
    // Five tasks a slot are kept: the history is full now.
    { cmd: "service ps web", view: { nodes: "any" } },
    { cmd: "service update web", settle: "running" },
    { cmd: "service rm web", settle: "running" },
    { cmd: "service ps web" },
  ],
}
