import { spawnSync } from "node:child_process"
import { threadId } from "node:worker_threads"

/** A place of its own in a network of its own. */
export interface Machine {
  /** Of its network namespace. */
  readonly namespace: string
  readonly address: string
}

let lans = 0

/** Network namespaces of this process alone, one a machine, joined by a bridge in one more. Needs root and iproute2; cuts need iptables. */
export class Lan {
  readonly #prefix = `ddl${process.pid}t${threadId}l${++lans}`
  #count = 0

  constructor() {
    const bridge = this.#name(0)
    ip("netns", "add", bridge)
    ip("-n", bridge, "link", "add", "br0", "type", "bridge")
    ip("-n", bridge, "link", "set", "br0", "up")
  }

  /** One more machine: its namespace, and its address. */
  add(): Machine {
    const number = ++this.#count
    const namespace = this.#name(number)
    const bridge = this.#name(0)
    const address = `10.77.0.${10 + number}`
    ip("netns", "add", namespace)
    ip("link", "add", "eth0", "netns", namespace, "type", "veth", "peer", "name", `p${number}`, "netns", bridge)
    ip("-n", bridge, "link", "set", `p${number}`, "master", "br0", "up")
    ip("-n", namespace, "link", "set", "lo", "up")
    ip("-n", namespace, "addr", "add", `${address}/24`, "dev", "eth0")
    ip("-n", namespace, "link", "set", "eth0", "up")
    return { namespace, address }
  }

  /** What this machine receives from that one is lost from now on, without a word to either. */
  deafen({ namespace }: Machine, to: Machine): void {
    enter(namespace, "iptables", "-I", "INPUT", "-s", to.address, "-j", "DROP")
  }

  undeafen({ namespace }: Machine, to: Machine): void {
    enter(namespace, "iptables", "-D", "INPUT", "-s", to.address, "-j", "DROP")
  }

  remove(): void {
    for (let number = this.#count; number >= 0; number--) {
      spawnSync("ip", ["netns", "del", this.#name(number)], { stdio: "ignore" })
    }
  }

  #name(number: number): string {
    return `${this.#prefix}n${number}`
  }
}

/** A command and its arguments as they run in a network namespace. Each of these replaces itself by the next, so that the process is the command's. */
export const within = (namespace: string, command: string, args: ReadonlyArray<string>): [string, Array<string>] => [
  "nsenter",
  [`--net=/run/netns/${namespace}`, command, ...args],
]

function ip(...args: ReadonlyArray<string>): void {
  run("ip", args)
}

function enter(namespace: string, command: string, ...args: ReadonlyArray<string>): void {
  run(...within(namespace, command, args))
}

function run(command: string, args: ReadonlyArray<string>): void {
  const done = spawnSync(command, args, { encoding: "utf8" })
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr}`)
}
