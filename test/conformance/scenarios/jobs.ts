import type { Scenario } from "../scenario.ts"

const done = (count: string) => ({ cmd: "service ls", matches: new RegExp(`${count} completed`) })

export const jobs: Scenario = {
  name: "jobs",
  about: "Jobs: a number of completions, a run on every node, a new run by force",
  steps: [
    {
      cmd: "service create -d --name batch --mode replicated-job --replicas 4 --max-concurrent 2 --restart-condition on-failure busybox:1.36 true",
      settle: done("4/4"),
    },
    { cmd: "service ls" },
    { cmd: "service ps --format '{{.Image}} {{.DesiredState}}' batch" },
    { cmd: "service inspect --format '{{json .Spec.Mode}}' batch", view: { json: true } },
    { cmd: "service inspect --pretty batch" },
    {
      cmd: "service create -d --name each --mode global-job --restart-condition none busybox:1.36 true",
      settle: done("5/5"),
    },
    { cmd: "service ls --filter mode=global-job" },
    { cmd: "service ps --format '{{.Node}} {{.DesiredState}}' each", view: { sorted: true } },
    { cmd: "service update -d --force batch", settle: done("4/4") },
    { cmd: "service ls --filter mode=replicated-job --format '{{.Name}} {{.Mode}} {{.Replicas}}'" },
    { cmd: "service rollback -d batch" },
    { cmd: "service create -d --name bad --mode replicated-job --update-delay 1s busybox:1.36 true" },
    { cmd: "service create -d --name bad --mode global-job --replicas 3 busybox:1.36 true" },
    { cmd: "service rm batch each", settle: "running" },
  ],
}
