import type { Scenario } from "../scenario.ts"

const ended = (name: string, pattern: RegExp) => ({ cmd: `service ps --no-trunc ${name}`, matches: pattern })

export const restarts: Scenario = {
  name: "restarts",
  about: "Tasks that end or cannot start, and what the restart policy makes of them",
  steps: [
    {
      cmd: "service create -d --name fails --restart-condition none busybox:1.36 sh -c 'exit 3'",
      settle: ended("fails", /non-zero exit/),
    },
    { cmd: "service ps --no-trunc fails", view: { nodes: "any" } },
    {
      cmd: "service create -d --name twice --restart-max-attempts 1 --restart-delay 100ms busybox:1.36 sh -c 'exit 4'",
      settle: ended("twice", /non-zero exit[\s\S]*non-zero exit/),
    },
    { cmd: "service ps --no-trunc twice", view: { nodes: "any" } },
    {
      cmd: "service create -d --name done --restart-condition on-failure busybox:1.36 true",
      settle: ended("done", /Complete/),
    },
    { cmd: "service ps done", view: { nodes: "any" } },
    { cmd: "service ls" },
    {
      cmd: "service create -d --name lost --restart-condition none nosuch/image:1 sleep 1d",
      settle: ended("lost", /Rejected/),
    },
    { cmd: "service ps --no-trunc lost", view: { nodes: "any" } },
    {
      cmd: "service create -d --name nodir --restart-condition none --mount type=bind,source=/no/such/dir,target=/x busybox:1.36 sleep 1d",
      settle: ended("nodir", /Rejected/),
    },
    { cmd: "service ps --no-trunc nodir", view: { nodes: "any" } },
    {
      cmd: "service create -d --name nocmd --restart-condition none busybox:1.36 /no/such/command",
      settle: ended("nocmd", /Failed|Rejected/),
    },
    {
      cmd: "service ps --no-trunc nocmd",
      view: { nodes: "any", replace: [[/starting container failed: .*?"/, 'starting container failed"']] },
    },
    { cmd: "service inspect --format '{{json .Spec.TaskTemplate.RestartPolicy}}' twice", view: { json: true } },
    { cmd: "service rm fails twice done lost nodir nocmd", settle: "running" },
  ],
}
