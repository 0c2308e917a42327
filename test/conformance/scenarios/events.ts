import type { Scenario } from "../scenario.ts"

/** Docker takes whole seconds here: "now" would leave out what has just happened. Attributes come from a map: their order, and with it that of events of one commit, is chance. */
const events = (filters: string) =>
  `events --since 10m --until -1s ${filters} --format '{{.Type}} {{.Action}} {{.Scope}} {{json .Actor.Attributes}}'`

export const eventsScenario: Scenario = {
  name: "events",
  about: "What docker events tells of services, nodes, secrets, configs and networks",
  steps: [
    {
      cmd: "service create -d --name evweb --replicas 1 --update-monitor 1s --stop-grace-period 1s busybox:1.36 sleep 1d",
      settle: "running",
    },
    { cmd: "service scale -d evweb=2", settle: "running" },
    { cmd: "service update -d --image alpine:latest evweb", settle: "running" },
    { cmd: "service update -d --label-add a=b evweb", settle: "running" },
    { cmd: "service rm evweb", settle: "running" },
    { cmd: events("--filter type=service --filter service=evweb") },
    { cmd: events("--filter type=service --filter service=evweb --filter event=create") },
    { cmd: events("--filter service=nosuch") },
    { cmd: "node update --availability drain worker2", settle: "running" },
    { cmd: "node update --availability active worker2", settle: "running" },
    {
      cmd: events("--filter type=node --filter node=worker2"),
      // How it came to be ready is a story of its own.
      view: { replace: [[/^node update .*"state\.new".*\n/gm, ""]] },
    },
    { cmd: "secret create evsecret secret.txt" },
    { cmd: "secret rm evsecret", settle: "running" },
    { cmd: events("--filter type=secret --filter secret=evsecret") },
    { cmd: "config create evconfig config.txt" },
    { cmd: "config rm evconfig", settle: "running" },
    { cmd: events("--filter config=evconfig --filter scope=swarm --filter event=remove") },
    { cmd: "network create -d overlay evnet" },
    { cmd: "network rm evnet", settle: "running" },
    { cmd: events("--filter type=network --filter scope=swarm --filter network=evnet") },
    { cmd: events("--filter bogus=1 --filter type=plugin") },
    { cmd: "events --since nonsense --until 0s" },
  ],
}
