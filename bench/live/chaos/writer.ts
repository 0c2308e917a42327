import { setTimeout as pause } from "node:timers/promises"
import type { Random } from "../../../core/random.ts"
import type { LiveCluster } from "../cluster.ts"
import type { NodeProcess } from "../node-process.ts"
import { servicesOf } from "../views.ts"
import type { Content, Entry, Ledger } from "./ledger.ts"

const services_max = 5
const replicas_max = 3

/** A client that changes objects of its own, each through a manager drawn at random, until it is told to stop. */
export class Writer {
  readonly #name: string
  readonly #cluster: LiveCluster
  readonly #ledger: Ledger
  readonly #random: Random
  #count = 0
  #services: Array<Entry> = []

  constructor(name: string, cluster: LiveCluster, ledger: Ledger, random: Random) {
    this.#name = name
    this.#cluster = cluster
    this.#ledger = ledger
    this.#random = random
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#write(this.#random.int(10))
      await pause(this.#random.range(20, 200))
    }
  }

  async #write(draw: number): Promise<void> {
    const service = this.#random.pick(this.#services)
    if (draw < 2) await this.#createData(draw === 0 ? "secret" : "config")
    else if (!service || (draw < 4 && this.#services.length < services_max)) await this.#createService()
    else if (draw === 9) await this.#remove(service)
    else await this.#update(service, draw < 7)
  }

  async #createData(kind: "secret" | "config"): Promise<void> {
    const entry = this.#entry(kind)
    const content = { marker: this.#marker(), replicas: 0 }
    const body = { Name: entry.name, Labels: { marker: content.marker }, Data: "eA==" }
    await this.#ask(entry, content, (manager) => manager.call("POST", `/${kind}s/create`, { body }))
  }

  async #createService(): Promise<void> {
    const entry = this.#entry("service")
    const content = { marker: this.#marker(), replicas: this.#random.range(1, replicas_max) }
    this.#services.push(entry)
    const body = specOf(entry.name, content, "1")
    await this.#ask(entry, content, (manager) => manager.call("POST", "/services/create", { body }))
  }

  /** A new label alone, or a new number of replicas and a new environment, which replaces every task. */
  async #update(entry: Entry, labelOnly: boolean): Promise<void> {
    const manager = this.#manager()
    const filters = encodeURIComponent(JSON.stringify({ name: [entry.name] }))
    const { status, body } = await manager.call("GET", `/services?filters=${filters}`)
    if (status !== 200) return
    const found = servicesOf(body).find(({ Spec }) => Spec.Name === entry.name)
    const replicas = found?.Spec.Mode.Replicated?.Replicas
    if (found === undefined || replicas === undefined) return
    const round = labelOnly ? (found.Spec.Labels?.round ?? "1") : String(this.#count)
    const content = { marker: this.#marker(), replicas: labelOnly ? replicas : this.#random.range(1, replicas_max) }
    const next = specOf(entry.name, content, round)
    const path = `/services/${found.ID}/update?version=${found.Version.Index}`
    await this.#ask(entry, content, (other) => other.call("POST", path, { body: next }))
  }

  async #remove(entry: Entry): Promise<void> {
    this.#services = this.#services.filter((one) => one !== entry)
    await this.#ask(entry, "gone", (manager) => manager.call("DELETE", `/services/${entry.name}`))
  }

  async #ask(entry: Entry, content: Content, ask: (manager: NodeProcess) => ReturnType<NodeProcess["call"]>) {
    const began = performance.now()
    this.#ledger.note(entry, content, await ask(this.#manager()), began)
  }

  #manager(): NodeProcess {
    const manager = this.#random.pick(this.#cluster.managers)
    if (!manager) throw new Error("a cluster without managers")
    return manager
  }

  #entry(kind: Entry["kind"]): Entry {
    const entry: Entry = { kind, name: `${kind}-${this.#name}-${++this.#count}`, acknowledged: undefined, open: [] }
    this.#ledger.entries.push(entry)
    return entry
  }

  #marker(): string {
    return `${this.#name}-${++this.#count}`
  }
}

const specOf = (name: string, { marker, replicas }: Exclude<Content, "gone">, round: string) => ({
  Name: name,
  Labels: { marker, round },
  TaskTemplate: {
    ContainerSpec: {
      Image: "busybox:latest",
      Command: ["sleep", "86400"],
      Env: [`ROUND=${round}`],
      StopGracePeriod: 0,
    },
    RestartPolicy: { Condition: "any", Delay: 500_000_000 },
  },
  Mode: { Replicated: { Replicas: replicas } },
  UpdateConfig: { Parallelism: 0, FailureAction: "continue" },
})
