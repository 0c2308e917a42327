import type { Scenario } from "../scenario.ts"

const said = { cmd: "service logs --raw speaker", matches: /end/ }

export const templates: Scenario = {
  name: "templates",
  about: "Templates in environment, host name, mounts and configs, as the container sees them",
  steps: [
    { cmd: "secret create key -", stdin: "opensesame" },
    { cmd: "config create colour -", stdin: "blue" },
    { cmd: "config create --template-driver golang greeting greeting.tmpl" },
    {
      cmd: "service create -d --name speaker --secret key --config colour --config source=greeting,target=/greeting --env MODE=test --env 'WHO={{.Service.Name}}.{{.Task.Slot}} {{.Node.Platform.OS}}' --env 'LABEL={{index .Service.Labels \"tier\"}}' --env 'HOST={{.Node.Hostname}}' --label tier=front --hostname 'h{{.Task.Slot}}' --mount 'type=volume,source=vol-{{.Task.Slot}},target=/data' --constraint node.hostname==worker1 --stop-grace-period 1s busybox:1.36 sh -c 'hostname; echo $WHO; echo $LABEL; echo $HOST; cat /run/secrets/key; echo; cat /greeting; cat /colour; echo; echo end; exec sleep 1d'",
      settle: ["running", said],
    },
    { cmd: "service logs --raw speaker" },
    { cmd: "volume ls --format '{{.Driver}} {{.Name}}' --filter name=vol-", on: "worker1" },
    { cmd: "service create -d --name wrong --hostname '{{.Bogus}}' busybox:1.36 sleep 1d" },
    { cmd: "service create -d --name wrong --env 'A={{.Service.Bogus}}' busybox:1.36 sleep 1d" },
    { cmd: "service create -d --name wrong --env 'A={{.Task.Name' busybox:1.36 sleep 1d" },
    { cmd: "service create -d --name wrong --env 'A={{nosuch}}' busybox:1.36 sleep 1d" },
    {
      cmd: "service create -d --name wrong --mount 'type=volume,source={{.Nope}},target=/data' busybox:1.36 sleep 1d",
    },
    { cmd: "service rm speaker", settle: "running" },
    { cmd: "config rm greeting colour" },
    { cmd: "secret rm key" },
  ],
}
