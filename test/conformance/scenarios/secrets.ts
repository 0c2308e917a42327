import type { Scenario } from "../scenario.ts"

export const secrets: Scenario = {
  name: "secrets",
  about: "Secrets: made, shown, used, rotated, refused",
  steps: [
    { cmd: "secret ls" },
    { cmd: "secret create --label tier=front key1 secret.txt" },
    { cmd: "secret create other -", stdin: "from standard input" },
    { cmd: "secret ls" },
    { cmd: "secret inspect key1", view: { json: true } },
    { cmd: "secret inspect --pretty key1" },
    { cmd: "secret inspect key1 nosuch --format '{{.Spec.Name}} {{json .Spec.Labels}}'" },
    { cmd: "secret ls --filter name=key --format '{{.Name}} {{.Driver}} {{.Labels}}'" },
    { cmd: "secret ls --filter label=tier=front --quiet" },
    { cmd: "secret ls --filter bogus=1" },
    { cmd: "secret create key1 secret.txt" },
    { cmd: "secret create 'bad name' secret.txt" },
    { cmd: "secret create empty -", stdin: "" },
    { cmd: "secret create nofile missing.txt" },
    { cmd: "secret inspect nosuch" },
    { cmd: "secret rm nosuch" },
    {
      cmd: "service create -d --name user --secret key1 --secret source=key1,target=/etc/key,uid=1000,gid=1000,mode=0400 --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    {
      cmd: "service inspect --format '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{json .}}{{println}}{{end}}' user",
      view: { sorted: true },
    },
    { cmd: "secret rm key1" },
    { cmd: "secret create key2 secret.txt" },
    {
      cmd: "service update -d --secret-rm key1 --secret-add source=key2,target=key1 user",
      settle: "running",
    },
    {
      cmd: "service inspect --format '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{json .}}{{println}}{{end}}' user",
      view: { sorted: true },
    },
    { cmd: "secret rm key1 key2 other" },
    { cmd: "service create -d --name twice --secret key2 --secret source=key2,target=key2 busybox:1.36 sleep 1d" },
    { cmd: "service rm user", settle: "running" },
    { cmd: "secret rm key2" },
    { cmd: "secret ls" },
  ],
}
