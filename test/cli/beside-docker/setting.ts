/** A stack of two services; `./secret` lies beside it. */
export const stack = `services:
  front:
    image: nginx:alpine
    ports: ["8090:80", "8091:81", "9443:443/udp"]
    deploy: { replicas: 2 }
  back:
    image: redis:7
    volumes: ["data:/data"]
    secrets: [token]
volumes: { data: {} }
secrets: { token: { file: ./secret } }
`

/** What the cluster is given before anything is compared. */
export const setting: ReadonlyArray<ReadonlyArray<string>> = [
  ["network", "create", "--driver", "overlay", "--attachable", "--label", "tier=back", "backend"],
  ["secret", "create", "--label", "a=1", "password", "FOLDER/secret"],
  ["config", "create", "settings", "FOLDER/secret"],
  ["volume", "create", "--label", "team=blue", "stored"],
  ["node", "update", "--label-add", "zone=a", "worker1"],
  [
    ..."service create --detach --name web --replicas 3 --publish 8080:80 --publish published=8081,target=81 --label team=blue".split(
      " ",
    ),
    ..."--network backend --secret password --config settings --env A=b --limit-memory 64m --reserve-cpu 0.1".split(
      " ",
    ),
    ..."--update-parallelism 2 --mount type=volume,source=shared,target=/data --health-cmd true".split(" "),
    ..."nginx:alpine sh -c".split(" "),
    "echo ready; echo a-long-line-of-output >&2; sleep 100000",
  ],
  [..."service create --detach --name agent --mode global busybox sleep 100000".split(" ")],
  [..."service create --detach --name job --mode replicated-job --replicas 2 busybox true".split(" ")],
  [..."service create --detach --name broken --restart-max-attempts 2 --restart-delay 1s busybox false".split(" ")],
  [..."service create --detach --name nowhere --constraint node.labels.zone==nowhere nginx".split(" ")],
  [
    ..."service create --detach --name hostport --mode global --publish mode=host,published=7070,target=70 nginx".split(
      " ",
    ),
  ],
  [..."stack deploy --detach=true -c FOLDER/stack.yml shop".split(" ")],
]
