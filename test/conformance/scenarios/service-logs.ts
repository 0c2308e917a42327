import type { Scenario } from "../scenario.ts"

const three = { cmd: "service logs talker", matches: /three[\s\S]*three/ }
const names: readonly [RegExp, string] = [/\.\d\.[0-9a-z]{12}@(manager|worker)\d/g, ".<slot>.<id>@<node>"]
const ids: ReadonlyArray<readonly [RegExp, string]> = [
  names,
  [/^\S+T\S+Z /gm, "<time> "],
  [/com\.docker\.swarm\.(node|service|task)\.id=[0-9a-z]+/g, "$1=<id>"],
]

export const serviceLogs: Scenario = {
  name: "service-logs",
  about: "Logs of services and tasks, from every node",
  steps: [
    {
      cmd: "service create -d --name talker --replicas 2 --stop-grace-period 1s busybox:1.36 sh -c 'echo one; echo two >&2; sleep 0.5; echo three; exec sleep 1d'",
      settle: ["running", three],
    },
    { cmd: "service logs talker", view: { sorted: true, replace: [names] } },
    { cmd: "service logs --raw talker", view: { sorted: true } },
    { cmd: "service logs --tail 1 --raw talker", view: { sorted: true } },
    { cmd: "service logs --tail 0 talker" },
    { cmd: "service logs --timestamps --raw talker", view: { sorted: true, replace: [[/^\S+T\S+Z /gm, "<time> "]] } },
    { cmd: "service logs --no-task-ids talker", view: { sorted: true, replace: [[/\.\d@\S+/g, ".<slot>@<node>"]] } },
    {
      cmd: "service logs --no-resolve talker",
      view: { sorted: true, replace: [[/^\S+ /gm, "<name> "]] },
    },
    { cmd: "service logs --details talker", view: { sorted: true, replace: ids } },
    { cmd: "service logs --since 1h --raw --tail 1 talker", view: { sorted: true } },
    { cmd: "service logs --since 2999-01-01T00:00:00Z talker" },
    { cmd: "service logs nosuch" },
    { cmd: "service logs" },
    {
      api: { method: "GET", path: "/v1.41/services/talker/logs" },
      view: { json: true },
    },
    { api: { method: "GET", path: "/v1.41/services/nosuch/logs?stdout=1" }, view: { json: true } },
    { api: { method: "GET", path: "/v1.41/tasks/nosuch/logs?stdout=1" }, view: { json: true } },
    { cmd: "service rm talker", settle: "running" },
  ],
}
