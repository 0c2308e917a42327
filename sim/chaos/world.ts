import { Random } from "../../core/random.ts"
import type { MemberId } from "../../raft/index.ts"
import { goodConditions } from "../network/conditions.ts"
import { Network } from "../network/network.ts"
import { RaftCluster } from "../raft/cluster.ts"
import type { Checker, Observation } from "../raft/observation.ts"
import { Client, type ClientParts } from "./client.ts"
import { Configurations } from "./configurations.ts"
import { type ChaosFault, injectChaos } from "./fault.ts"
import { type Figures, noFigures } from "./figures.ts"
import { History } from "./history.ts"
import { lineOf, operationLine } from "./log.ts"
import type { Plan } from "./plan.ts"
import { type Letter, Server, type ServerParts, Shelf } from "./server.ts"

export interface WorldOptions {
  /** Default: all of them. */
  readonly checkers?: ReadonlyArray<Checker>
  /** Gets a line for each event that matters. */
  readonly log?: (at_ms: number, line: string) => void
  /** Sees every event of the members. */
  readonly trace?: (at_ms: number, event: Observation) => void
  /** Others than the real ones, with bugs that must be found. */
  readonly server?: (parts: ServerParts) => Server
  readonly client?: (parts: ClientParts) => Client
}

/** A group, a server beside each member, clients, and the network between them, all on one virtual clock. */
export class World {
  readonly plan: Plan
  readonly random: Random
  readonly cluster: RaftCluster
  readonly network: Network<Letter>
  readonly servers: ReadonlyArray<Server>
  readonly clients: ReadonlyArray<Client>
  readonly history = new History()
  readonly configurations = new Configurations()
  readonly figures: Figures = noFigures()
  readonly #options: WorldOptions
  readonly #damage: Random
  readonly #server = new Map<MemberId, Server>()

  constructor(plan: Plan, options: WorldOptions) {
    this.plan = plan
    this.#options = options
    this.random = new Random(`world ${plan.seed}`)
    this.#damage = this.random.fork("damage")
    const { seed, size, spares, timing, limits, behaviour, network, disk } = plan
    const early: Observation[] = []
    let see = (event: Observation): void => {
      early.push(event)
    }
    this.cluster = new RaftCluster({
      ...{ seed, size, spares, timing, limits, behaviour, network, disk },
      ...(options.checkers && { checkers: options.checkers }),
      trace: (_, event) => see(event),
    })
    const { queue, members } = this.cluster
    this.network = new Network(queue, this.random.fork("clients' network"), plan.clientNetwork)
    const shelf = new Shelf()
    const server = options.server ?? ((parts) => new Server(parts))
    this.servers = members.map((member) => {
      const made = server({ member, network: this.network, shelf })
      this.#server.set(member.id, made)
      return made
    })
    see = (event) => this.#see(event)
    for (const event of early) see(event)
    this.clients = this.#makeClients(options)
    for (const client of this.clients) client.start()
  }

  inject(fault: ChaosFault): void {
    this.#options.log?.(this.cluster.now, `fault: ${JSON.stringify(fault)}`)
    this.figures.faults++
    if (fault.type === "pause") this.#server.get(fault.member)?.paused()
    if (fault.type === "damage") this.figures.damaged++
    injectChaos(this.cluster, fault, this.#damage)
    if (fault.type === "resume") this.#server.get(fault.member)?.resumed()
  }

  say(line: string): void {
    this.#options.log?.(this.cluster.now, line)
  }

  /** Clients and servers reach each other, and no server stands still. */
  healClients(): void {
    this.network.conditions = goodConditions
    for (const server of this.servers) server.resumed()
  }

  #makeClients({ client = (parts) => new Client(parts) }: WorldOptions): ReadonlyArray<Client> {
    const { cluster, network, history, random } = this
    const members = cluster.members.map(({ id }) => id)
    return this.plan.clients.map((plan) =>
      client({
        ...{ plan, members, network, history, queue: cluster.queue, random: random.fork(`client ${plan.id}`) },
        observe: (_, what, place) => this.#hear(what, place),
      }),
    )
  }

  #see(event: Observation): void {
    const { id } = event.member
    const server = this.#server.get(id)
    this.figures.see(event)
    this.configurations.see(event)
    const { log, trace } = this.#options
    trace?.(this.cluster.now, event)
    const line = log && lineOf(event)
    if (line !== undefined) this.say(line)
    if (event.type === "started") server?.started()
    else if (event.type === "crashed") server?.crashed()
    else if (event.type === "stepped") server?.stepped(event.outputs)
  }

  #hear(what: string, place: number): void {
    const operation = this.history.operations[place]
    if (this.#options.log && operation !== undefined) this.say(operationLine(what, operation))
  }
}
