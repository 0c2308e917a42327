import type { Scenario } from "../scenario.ts"

export const configs: Scenario = {
  name: "configs",
  about: "Configs: made, shown with their content, used, refused",
  steps: [
    { cmd: "config ls" },
    { cmd: "config create --label tier=front colour config.txt" },
    { cmd: "config create --template-driver golang greeting greeting.tmpl" },
    { cmd: "config ls" },
    { cmd: "config inspect colour greeting", view: { json: true } },
    { cmd: "config inspect --pretty colour" },
    { cmd: "config ls --filter name=col --format '{{.Name}} {{.Labels}}'" },
    { cmd: "config ls --filter label=tier -q" },
    { cmd: "config ls --filter bogus=1" },
    { cmd: "config create colour config.txt" },
    { cmd: "config create empty -", stdin: "" },
    { cmd: "config create -bad config.txt" },
    { cmd: "config inspect nosuch" },
    { cmd: "config rm nosuch" },
    {
      cmd: "service create -d --name user --config colour --config source=colour,target=/etc/colour,mode=0440 --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    {
      cmd: "service inspect --format '{{range .Spec.TaskTemplate.ContainerSpec.Configs}}{{json .}}{{println}}{{end}}' user",
      view: { sorted: true },
    },
    { cmd: "config rm colour" },
    { cmd: "service update -d --config-rm colour user", settle: "running" },
    { cmd: "service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec.Configs}}' user" },
    { cmd: "config rm colour greeting" },
    { cmd: "service rm user", settle: "running" },
    { cmd: "config ls" },
  ],
}
