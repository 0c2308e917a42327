import type { Scenario } from "../scenario.ts"

const list = (path: string, filters: unknown) => ({
  api: { method: "GET", path: `/v1.41/${path}?filters=${encodeURIComponent(JSON.stringify(filters))}` },
  view: { json: true },
})

const format = "--format '{{.Name}} {{.DesiredState}}'"

export const filters: Scenario = {
  name: "filters",
  about: "Every list with its filters, in both forms, and with what is no filter",
  steps: [
    {
      cmd: "service create -d --name one --replicas 2 --label tier=front --label a=1 --container-label in=side --stop-grace-period 1s busybox:1.36 sleep 1d",
    },
    {
      cmd: "service create -d --name two --mode global --label tier=back --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "node update --label-add zone=north worker1" },
    { cmd: "service ls --filter name=o --format '{{.Name}}'" },
    { cmd: "service ls --filter name=on --filter name=tw --format '{{.Name}}'" },
    { cmd: "service ls --filter label=tier --format '{{.Name}}'" },
    { cmd: "service ls --filter label=tier=front --filter label=a=1 --format '{{.Name}}'" },
    { cmd: "service ls --filter mode=replicated --format '{{.Name}}'" },
    { cmd: "service ls --filter mode=bogus --format '{{.Name}}'" },
    { cmd: "service ls --filter bogus=1" },
    { cmd: `service ps one ${format} --filter name=one.1` },
    { cmd: `service ps one two ${format} --filter desired-state=shutdown` },
    { cmd: `service ps two ${format} --filter node=worker1`, view: { replace: [[/two\.\w+/g, "two.<node>"]] } },
    { cmd: "service ps one --filter desired-state=bogus" },
    { cmd: "service ps one --filter bogus=1" },
    { cmd: "node ls --filter role=worker --format '{{.Hostname}} {{.Status}}'" },
    { cmd: "node ls --filter node.label=zone=north --format '{{.Hostname}}'" },
    { cmd: "node ls --filter name=nosuch --format '{{.Hostname}}'" },
    { cmd: "node ls --filter role=bogus" },
    { cmd: "node ls --filter bogus=1" },
    list("services", { bogus: ["1"] }),
    list("tasks", { "desired-state": ["bogus"] }),
    list("tasks", { name: ["nosuch"] }),
    list("tasks", { name: { nosuch: true } }),
    list("nodes", { role: ["bogus"] }),
    list("secrets", { bogus: { "1": true } }),
    list("configs", { name: ["nosuch"] }),
    list("networks", { bogus: ["1"] }),
    { api: { method: "GET", path: "/v1.41/services?filters=%7Bbroken" }, view: { json: true } },
    { api: { method: "GET", path: "/v1.41/networks?filters=%7Bbroken" }, view: { json: true } },
    { api: { method: "GET", path: "/v1.41/tasks?filters=%5B%5D" }, view: { json: true } },
    { cmd: "node update --label-rm zone worker1" },
    { cmd: "service rm one two", settle: "running" },
  ],
}
