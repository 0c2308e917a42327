import type { Scenario } from "../scenario.ts"

export const specRoundTrip: Scenario = {
  name: "spec-round-trip",
  about: "A service with nearly everything, as it comes back; and what its flags make of it in updates",
  steps: [
    {
      cmd: "service create -d --name all --replicas 0 --label a=b --container-label c=d --env X=1 --env Y=2 --workdir /tmp --user 1000:1000 --group 100 --hostname box --host one:10.0.0.1 --dns 10.0.0.2 --dns-search example.org --dns-option ndots:1 --init --stop-signal SIGINT --stop-grace-period 3s --tty --read-only --cap-add NET_ADMIN --cap-drop CHOWN --sysctl net.core.somaxconn=1024 --ulimit nofile=100:200 --limit-cpu 0.5 --limit-memory 64m --limit-pids 50 --reserve-cpu 0.1 --reserve-memory 16m --restart-condition on-failure --restart-delay 2s --restart-max-attempts 4 --restart-window 60s --update-parallelism 3 --update-delay 4s --update-monitor 7s --update-failure-action continue --update-max-failure-ratio 0.25 --update-order start-first --rollback-parallelism 2 --rollback-delay 1s --rollback-monitor 2s --rollback-failure-action continue --rollback-max-failure-ratio 0.5 --rollback-order start-first --health-cmd 'test -e /x' --health-interval 5s --health-timeout 6s --health-retries 7 --health-start-period 8s --mount type=bind,source=/tmp,target=/t,readonly,bind-propagation=rslave --mount type=tmpfs,target=/s,tmpfs-size=1m,tmpfs-mode=1770 --mount type=volume,source=v,target=/v,volume-nocopy,volume-label=k=v,volume-driver=local,volume-opt=type=tmpfs --log-driver json-file --log-opt max-size=1m --constraint node.role==worker --placement-pref spread=node.labels.zone --replicas-max-per-node 2 --publish 8097:80 --entrypoint /bin/sh --isolation default busybox:1.36 -c 'sleep 1d'",
    },
    { cmd: "service inspect all", view: { json: true } },
    { cmd: "service inspect --pretty all" },
    {
      cmd: "service update -d --label-rm a --label-add e=f --container-label-rm c --env-rm X --user 0 --group-rm 100 --group-add 101 --host-rm one:10.0.0.1 --host-add two:10.0.0.3 --dns-rm 10.0.0.2 --dns-add 10.0.0.4 --dns-search-rm example.org --dns-option-rm ndots:1 --cap-add SYS_TIME --cap-drop NET_ADMIN --sysctl-rm net.core.somaxconn --ulimit-rm nofile --limit-cpu 0 --mount-rm /t --mount-add type=volume,target=/w --constraint-rm node.role==worker --placement-pref-rm spread=node.labels.zone --replicas-max-per-node 0 --publish-rm 80 --health-retries 3 --log-driver none --restart-window 0s --entrypoint sh all",
    },
    { cmd: "service inspect --format '{{json .Spec}}' all", view: { json: true } },
    { cmd: "service inspect --format '{{json .PreviousSpec.Labels}}' all", view: { json: true } },
    { cmd: "service update -d --force --quiet all" },
    { cmd: "service inspect --format '{{.Spec.TaskTemplate.ForceUpdate}}' all" },
    { cmd: "service update -d --replicas 0 --env-rm NOSUCH all" },
    { cmd: "service rm all", settle: "running" },
  ],
}
