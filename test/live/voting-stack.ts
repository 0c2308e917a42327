/** In the shape of the well-known voting app, of nothing but busybox: an httpd in front, nc behind it, found by their services' names. */
export function votingStack(port: number): string {
  // A stack file has a meaning of its own for a single $.
  const script = (text: string) => ["sh", "-c", text.replaceAll("$", "$$$$")]
  const answersWith = (listening: number) => script(`exec nc -ll -p ${listening} -e hostname`)
  /** A page that says who answered behind it. */
  const page = (name: string, listening: number) =>
    script(
      [
        "mkdir -p /www/cgi-bin",
        `printf '#!/bin/sh\\necho; echo from $(hostname) by $(nc -w 2 ${name} ${listening} </dev/null)\\n' > /www/cgi-bin/page`,
        "chmod +x /www/cgi-bin/page",
        "exec httpd -f -p 80 -h /www",
      ].join("; "),
    )
  return JSON.stringify({
    version: "3.8",
    services: {
      vote: {
        image: "busybox:latest",
        command: page("redis", 6379),
        hostname: "vote-{{.Task.Slot}}",
        ports: [`${port}:80`],
        networks: ["front"],
        stop_grace_period: "0s",
        deploy: { replicas: 3, restart_policy: { delay: "200ms" } },
      },
      redis: {
        image: "busybox:latest",
        command: answersWith(6379),
        hostname: "redis",
        networks: ["front"],
        stop_grace_period: "0s",
        deploy: { restart_policy: { delay: "200ms" } },
      },
      worker: {
        image: "busybox:latest",
        command: script(
          "while true; do echo carried from $(nc -w 2 redis 6379 </dev/null) to $(nc -w 2 db 5432 </dev/null); sleep 1; done",
        ),
        networks: ["front", "back"],
        stop_grace_period: "0s",
      },
      db: {
        image: "busybox:latest",
        command: answersWith(5432),
        hostname: "db",
        networks: ["back"],
        stop_grace_period: "0s",
        volumes: ["data:/data"],
        deploy: { placement: { constraints: ["node.role == manager"] } },
      },
      result: {
        image: "busybox:latest",
        command: page("db", 5432),
        hostname: "result",
        ports: [`${port + 1}:80`],
        networks: ["back"],
        stop_grace_period: "0s",
        deploy: { restart_policy: { delay: "200ms" } },
      },
    },
    networks: { front: {}, back: {} },
    volumes: { data: {} },
  })
}
