import type { Scenario } from "../scenario.ts"

const ps = "ps --filter label=com.docker.swarm.service.name=pet"
const names: readonly [RegExp, string] = [/pet\.1\.<id>/g, "pet.1.<id>"]

export const containers: Scenario = {
  name: "containers",
  about: "The containers of tasks at their own engine: looked at, logged, stopped, replaced",
  steps: [
    {
      cmd: "service create -d --name pet --constraint node.hostname==worker1 --restart-delay 100ms --env A=1 --container-label in=side --stop-grace-period 1s busybox:1.36 sh -c 'echo hello; exec sleep 1d'",
      settle: "running",
    },
    { cmd: `${ps} --no-trunc --format '{{.Names}} {{.Image}} {{.State}}'`, on: "worker1", view: { replace: [names] } },
    { cmd: `${ps} --format '{{.Command}} {{.Ports}}'`, on: "worker1" },
    { cmd: `${ps} -q`, on: "worker1" },
    { cmd: ps, on: "manager1" },
    { cmd: `${ps} --filter status=exited -q`, on: "worker1" },
    { cmd: "ps --filter bogus=1", on: "worker1" },
    { cmd: "logs nosuch", on: "worker1" },
    { cmd: "inspect --type container nosuch", on: "worker1" },
    { cmd: "stop nosuch", on: "worker1" },
    { cmd: "kill nosuch", on: "worker1" },
    { cmd: "rm nosuch", on: "worker1" },
    { cmd: "images --format '{{.Repository}}:{{.Tag}}' busybox:1.36", on: "worker1" },
    { cmd: "image inspect nosuch", on: "worker1" },
    { cmd: "volume inspect nosuch", on: "worker1" },
    { cmd: "volume ls --filter bogus=1", on: "worker1" },
    { cmd: "exec nosuch true", on: "worker1" },
    { cmd: "service rm pet", settle: "running" },
  ],
}
