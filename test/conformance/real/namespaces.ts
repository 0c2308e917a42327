import { spawnSync } from "node:child_process"

/** Network namespaces of this process alone, one a machine, joined by a bridge in one more. Needs root and iproute2. */
export class Namespaces {
  readonly #prefix = `ddc${process.pid}`
  #count = 0

  constructor() {
    const bridge = this.#name(0)
    ip("netns", "add", bridge)
    ip("-n", bridge, "link", "add", "br0", "type", "bridge")
    ip("-n", bridge, "link", "set", "br0", "up")
  }

  /** One more machine: its namespace, and its address. */
  add(): { readonly name: string; readonly address: string } {
    const number = ++this.#count
    const name = this.#name(number)
    const bridge = this.#name(0)
    const address = `10.77.0.${10 + number}`
    ip("netns", "add", name)
    ip("link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", `p${number}`, "netns", bridge)
    ip("-n", bridge, "link", "set", `p${number}`, "master", "br0", "up")
    ip("-n", name, "link", "set", "lo", "up")
    ip("-n", name, "addr", "add", `${address}/24`, "dev", "eth0")
    ip("-n", name, "link", "set", "eth0", "up")
    return { name, address }
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

function ip(...args: ReadonlyArray<string>): void {
  const done = spawnSync("ip", args, { encoding: "utf8" })
  if (done.status !== 0) throw new Error(`ip ${args.join(" ")}: ${done.stderr}`)
}
