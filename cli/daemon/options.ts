import { homedir, networkInterfaces } from "node:os"
import { isLoopback, parseApiHost } from "../../nodes/daemon/api-listen.ts"
import {
  type DaemonConfig,
  type HostPort,
  parseEngine,
  parseHostPort,
  type TlsFiles,
} from "../../nodes/daemon/config.ts"
import { type LogFormat, type LogLevel, logFormats, logLevels } from "../../nodes/daemon/log.ts"
import { CliError } from "../errors.ts"

type Env = Readonly<Record<string, string | undefined>>

/** What the command line said; "" and empty lists: nothing. */
export interface DaemonFlags {
  readonly "data-dir": string
  readonly host: ReadonlyArray<string>
  readonly engine: string
  readonly "listen-addr": string
  readonly "advertise-addr": string
  readonly "publish-addr": string
  readonly "node-name": string
  readonly "log-level": string
  readonly "log-format": string
  readonly "metrics-addr": string
  readonly "host-name": ReadonlyArray<string>
  readonly insecure: boolean
  readonly tlsverify: boolean
  readonly tlscacert: string
  readonly tlscert: string
  readonly tlskey: string
}

/** The daemon's configuration: flags first, then DRYDOCK_* of the environment, then what is usual. */
export function daemonConfig(flags: DaemonFlags, env: Env): DaemonConfig {
  const root = process.getuid?.() === 0
  const tls = tlsFiles(flags, env)
  const insecure = flags.insecure || isTrue(env.DRYDOCK_INSECURE)
  const apiHosts = listOf(flags.host, env.DRYDOCK_HOSTS, [defaultHost(root, env)]).map((text) => {
    const host = parseApiHost(text)
    if (typeof host === "string") return refuse(`invalid --host ${host}`)
    if (host.type === "tcp" && !isLoopback(host.host) && !tls && !insecure) {
      return refuse(
        `--host ${text} would let everybody on the network command this machine: give --tlsverify with --tlscacert, --tlscert and --tlskey, or --insecure if that is what you want`,
      )
    }
    return host
  })
  const advertise = choose(flags["advertise-addr"], env.DRYDOCK_ADVERTISE_ADDR, "")
  const nodeName = choose(flags["node-name"], env.DRYDOCK_NODE_NAME, "")
  const metrics = choose(flags["metrics-addr"], env.DRYDOCK_METRICS_ADDR, "")
  const engine = choose(flags.engine, env.DRYDOCK_ENGINE, "unix:///var/run/docker.sock")
  return {
    dataDir: choose(flags["data-dir"], env.DRYDOCK_DATA_DIR, defaultDataDir(root, env)),
    apiHosts,
    ...(tls && { tls }),
    insecure,
    hostNames: listOf(flags["host-name"], env.DRYDOCK_HOST_NAMES, []).map((name) => name.toLowerCase()),
    engine: parseEngine(engine) ?? refuse(`invalid --engine ${engine}: it is unix:///path/of/docker.sock or sim:`),
    listenAddr: hostPort("listen-addr", choose(flags["listen-addr"], env.DRYDOCK_LISTEN_ADDR, "0.0.0.0:2377"), 2377),
    ...(advertise !== "" && { advertiseAddr: advertise }),
    publishAddr: choose(flags["publish-addr"], env.DRYDOCK_PUBLISH_ADDR, everywhere()),
    ...(nodeName !== "" && { nodeName }),
    logLevel: word("log-level", choose(flags["log-level"], env.DRYDOCK_LOG_LEVEL, "info"), logLevels),
    logFormat: word("log-format", choose(flags["log-format"], env.DRYDOCK_LOG_FORMAT, "text"), logFormats),
    ...(metrics !== "" && { metrics: hostPort("metrics-addr", metrics, 9323) }),
  }
}

/** All addresses of the machine, of both families where it has both. */
const everywhere = (): string =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === "IPv6"))
    ? "::"
    : "0.0.0.0"

const refuse = (message: string): never => {
  throw new CliError(message, 125)
}

const choose = (flag: string, variable: string | undefined, usual: string): string =>
  flag !== "" ? flag : variable !== undefined && variable !== "" ? variable : usual

const listOf = (
  flags: ReadonlyArray<string>,
  variable: string | undefined,
  usual: ReadonlyArray<string>,
): ReadonlyArray<string> =>
  flags.length > 0 ? flags : variable !== undefined && variable !== "" ? variable.split(",") : usual

const isTrue = (text: string | undefined): boolean => text !== undefined && !["", "0", "no", "false"].includes(text)

function hostPort(flag: string, text: string, port: number): HostPort {
  const parsed = parseHostPort(text, port)
  if (!parsed) return refuse(`invalid --${flag} ${text}: it is address:port`)
  return parsed.host === "" ? { ...parsed, host: flag === "metrics-addr" ? "127.0.0.1" : "0.0.0.0" } : parsed
}

function word<W extends LogLevel | LogFormat>(flag: string, text: string, words: ReadonlyArray<W>): W {
  const found = words.find((one) => one === text)
  return found ?? refuse(`invalid --${flag} ${text}: it is one of ${words.join(", ")}`)
}

function tlsFiles(flags: DaemonFlags, env: Env): TlsFiles | undefined {
  const verify = flags.tlsverify || isTrue(env.DRYDOCK_TLS_VERIFY)
  const files = {
    caCert: choose(flags.tlscacert, env.DRYDOCK_TLS_CA_CERT, ""),
    cert: choose(flags.tlscert, env.DRYDOCK_TLS_CERT, ""),
    key: choose(flags.tlskey, env.DRYDOCK_TLS_KEY, ""),
  }
  if (!verify && files.cert === "" && files.key === "" && files.caCert === "") return undefined
  if (files.cert === "" || files.key === "") return refuse("TLS needs both --tlscert and --tlskey")
  if (verify && files.caCert === "") return refuse("--tlsverify needs --tlscacert")
  return { verify, ...files }
}

const defaultDataDir = (root: boolean, env: Env): string =>
  root ? "/var/lib/drydock" : `${env.XDG_DATA_HOME ?? `${homedir()}/.local/share`}/drydock`

const defaultHost = (root: boolean, env: Env): string =>
  root || env.XDG_RUNTIME_DIR === undefined ? "unix:///run/drydock.sock" : `unix://${env.XDG_RUNTIME_DIR}/drydock.sock`
