import { accessSync, constants, existsSync, statfsSync } from "node:fs"
import { createRequire } from "node:module"
import { connect, createServer } from "node:net"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { objectAt } from "../api/words.ts"
import type { ApiHost } from "./api-listen.ts"
import { type DaemonConfig, type EngineChoice, type HostPort, showHostPort } from "./config.ts"
import { makeFolder } from "./data-dir.ts"
import { askEngineFor } from "./engine-client.ts"
import { systemAddress } from "./host-address.ts"

/** What was found: good, something to know, or something without which the daemon does not work. */
export interface Finding {
  readonly verdict: "ok" | "warning" | "missing"
  readonly what: string
  /** What to do about it. */
  readonly mend?: string
}

const ok = (what: string): Finding => ({ verdict: "ok", what })
const warning = (what: string, mend: string): Finding => ({ verdict: "warning", what, mend })
const missing = (what: string, mend: string): Finding => ({ verdict: "missing", what, mend })

/** Looks at everything that a daemon with this configuration needs of its host. It changes nothing but to make the data folder. */
export const checkHost = (config: DaemonConfig): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.map(
    Effect.all([
      checkEngine(config.engine),
      Effect.sync(() => checkDataDir(config.dataDir)),
      Effect.sync(checkSqlite),
      checkPort("other nodes", config.listenAddr),
      Effect.forEach(config.apiHosts, checkApiHost),
      config.metrics ? checkPort("figures", config.metrics) : Effect.succeed([]),
      Effect.sync(() => checkAddress(config.advertiseAddr)),
      Effect.sync(checkClock),
    ]),
    (findings) => findings.flat(2),
  )

const oldestEngine = [20, 10] as const

const checkEngine = (engine: EngineChoice): Effect.Effect<ReadonlyArray<Finding>> => {
  if (engine.type === "simulated") return Effect.succeed([ok("the engine is a simulated one")])
  const { socketPath } = engine
  return Effect.match(
    Effect.timeout(
      Effect.all([askEngineFor(engine, { path: "/version" }), askEngineFor(engine, { path: "/info" })]),
      "10 seconds",
    ),
    {
      onFailure: (error) => [
        missing(
          `no engine answers at unix://${socketPath}: ${error.message ?? "it took more than 10 seconds"}`,
          existsSync(socketPath)
            ? "start dockerd (systemctl start docker), or run this as root or in the group docker"
            : "install Docker and start dockerd, or say where it is with --engine unix:///path",
        ),
      ],
      onSuccess: ([version, info]) => [...engineVersion(objectAt(version)), ...engineState(objectAt(info))],
    },
  )
}

function engineVersion({ Version, ApiVersion }: Readonly<Record<string, unknown>>): ReadonlyArray<Finding> {
  const text = String(Version)
  const [major = 0, minor = 0] = text.split(".").map((part) => Number.parseInt(part, 10))
  const [oldMajor, oldMinor] = oldestEngine
  const old = major < oldMajor || (major === oldMajor && minor < oldMinor)
  return [
    old
      ? warning(`the engine is ${text}: older than what was tried`, `upgrade it to ${oldMajor}.${oldMinor} or newer`)
      : ok(`the engine is ${text}, API ${String(ApiVersion)}`),
  ]
}

function engineState(info: Readonly<Record<string, unknown>>): ReadonlyArray<Finding> {
  const state = objectAt(info, "Swarm").LocalNodeState
  const found = [
    state === undefined || state === "inactive" || state === ""
      ? ok("the engine's own swarm mode is off")
      : missing(
          `the engine's own swarm mode is ${String(state)}: two swarms would quarrel over ports and containers`,
          "move its services over, then: docker swarm leave --force",
        ),
  ]
  if (info.IPv4Forwarding === false) {
    found.push(
      missing("the host does not forward IPv4: published ports reach no container", "sysctl -w net.ipv4.ip_forward=1"),
    )
  }
  if (info.BridgeNfIptables === false) {
    found.push(warning("bridged traffic passes the firewall by", "modprobe br_netfilter"))
  }
  if (!["/usr/sbin", "/sbin", "/usr/bin", "/bin"].some((folder) => existsSync(`${folder}/iptables`))) {
    found.push(warning("there is no iptables: the engine may not be able to publish ports", "install iptables"))
  }
  return found
}

const freeBytes_min = 1024 ** 3

function checkDataDir(path: string): ReadonlyArray<Finding> {
  try {
    makeFolder(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [
      missing(`the data folder ${path} cannot be written: ${why}`, "give another --data-dir, or run this as root"),
    ]
  }
  const { bavail, bsize } = statfsSync(path)
  const free = bavail * bsize
  const shown = `${(free / 1024 ** 3).toFixed(1)} GiB`
  return [
    free < freeBytes_min
      ? warning(`only ${shown} free under ${path}`, "make room: a manager whose disk is full stops taking writes")
      : ok(`the data folder ${path} can be written, ${shown} free`),
  ]
}

function checkSqlite(): ReadonlyArray<Finding> {
  try {
    const Database = createRequire(import.meta.url)("better-sqlite3")
    new Database(":memory:").close()
    return [ok("SQLite is there")]
  } catch (error) {
    const why = String(error).split("\n")[0] ?? ""
    return [missing(`SQLite cannot be loaded (${why}): managers keep their log in it`, "npm rebuild better-sqlite3")]
  }
}

const checkPort = (whom: string, { host, port }: HostPort): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.callback((resume) => {
    const where = showHostPort({ host, port })
    const probe = createServer()
    probe.on("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "somebody listens there already" : error.message
      resume(
        Effect.succeed([
          missing(
            `cannot listen for ${whom} on ${where}: ${why}`,
            `stop it (ss -ltnp 'sport = :${port}'), or choose another address`,
          ),
        ]),
      )
    })
    probe.listen(port, host, () => probe.close(() => resume(Effect.succeed([ok(`${where} is free for ${whom}`)]))))
  })

const checkApiHost = (host: ApiHost): Effect.Effect<ReadonlyArray<Finding>> => {
  if (host.type === "tcp") return checkPort("clients", host)
  const { path } = host
  if (!existsSync(path)) return Effect.succeed([ok(`unix://${path} is free for clients`)])
  return Effect.callback((resume) => {
    const done = (finding: Finding) => resume(Effect.succeed([finding]))
    const probe = connect(path)
    probe.on("connect", () => {
      probe.destroy()
      done(missing(`somebody answers at unix://${path} already`, "stop the daemon that does, or give another --host"))
    })
    probe.on("error", () => done(ok(`unix://${path} is left over from a daemon that is gone, and will be replaced`)))
  })
}

function checkAddress(advertised: string | undefined): ReadonlyArray<Finding> {
  if (advertised !== undefined) return [ok(`other nodes reach this one at ${advertised}`)]
  const address = systemAddress()
  return [
    Result.isSuccess(address)
      ? ok(`other nodes reach this one at ${address.success}`)
      : warning(address.failure.message, "give --advertise-addr to this daemon, or to docker swarm init and join"),
  ]
}

/** Certificates have dates: a clock that was never set makes every one of them invalid. */
const earliestClock = Date.parse("2026-01-01T00:00:00Z")

function checkClock(): ReadonlyArray<Finding> {
  const now = new Date()
  return [
    now.getTime() < earliestClock
      ? missing(`the clock says ${now.toISOString()}`, "set it, and keep it so with chrony or systemd-timesyncd")
      : ok(`the clock says ${now.toISOString()}`),
  ]
}
