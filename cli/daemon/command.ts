import { bool, list, text } from "../args/flag.ts"
import { command as declare, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"

export const command = declare({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    "advertise-addr": text("Address under which other nodes reach this one (default: the host's own, if it has one)"),
    check: bool("Tell what is missing on this host, and exit"),
    "data-dir": text("Where the node keeps who it is and the cluster's log (default /var/lib/drydock)"),
    engine: text(
      "The engine behind: unix:///path, or sim: for one that only pretends (default unix:///var/run/docker.sock)",
    ),
    host: list("Where the API listens: unix:///path or tcp://host:port (default unix:///run/drydock.sock)", {
      short: "H",
    }),
    "host-name": list("Name by which clients of the API may call this host, beside addresses and localhost"),
    insecure: bool("Let the API listen beyond this host without TLS"),
    "listen-addr": text("Where a manager listens for other nodes (default 0.0.0.0:2377)"),
    "log-format": text('How lines are written ("text", "json") (default "text")'),
    "log-level": text('What is written ("debug", "info", "warn", "error") (default "info")'),
    "metrics-addr": text("Serve Prometheus figures at http://address:port/metrics (default: nowhere)"),
    "node-name": text("What the node is called in the swarm (default: as the host is)"),
    "publish-addr": text("Address where published ports of services are listened for (default: all of them)"),
    tlscacert: text("PEM file of the authority of the API's clients"),
    tlscert: text("PEM file of the API's certificate"),
    tlskey: text("PEM file of its key"),
    tlsverify: bool("Let only clients in that have a certificate of that authority"),
  },
  examples: [
    ["drydock daemon", "beside the engine of this host; then: docker -H unix:///run/drydock.sock swarm init"],
    ["drydock daemon --check", "what is missing for that"],
    ["drydock daemon --engine sim: --data-dir /tmp/one -H tcp://127.0.0.1:2375", "without Docker, to try it"],
    ["DRYDOCK_LOG_FORMAT=json drydock daemon", "each option has its variable: DRYDOCK_DATA_DIR, DRYDOCK_HOSTS, ..."],
  ],
  async run(cli, { flags }) {
    const { daemonConfig } = await import("./options.ts")
    const config = daemonConfig(flags, cli.env)
    if (flags.check) {
      const { runChecks } = await import("./check.ts")
      if (!(await runChecks(cli, config))) throw new CliError("")
      return
    }
    const { runDaemon } = await import("./run.ts")
    await runDaemon(cli, config)
  },
})
