import type { Answer } from "../../core/errors.ts"
import type { Instant } from "../../core/instant.ts"
import type { LogChunk } from "../../nodes/manager/logs/chunk.ts"
import type { LogReader } from "../../nodes/node/questions.ts"
import type { SwarmNode } from "../../nodes/node/swarm-node.ts"
import { Cluster } from "../cluster/cluster.ts"
import type { Host } from "../cluster/host.ts"
import type { Input } from "./input.ts"

/** From what a session follows, together with its inputs. */
export interface SessionOptions {
  readonly seed: string
  readonly managers: number
  readonly workers: number
  /** What the clock shows at first. */
  readonly start: Instant
}

/** A place in a session: so many events had happened, and the clock showed `at`. */
export interface Moment {
  readonly event: number
  readonly at: Instant
}

/** An input, and when it came: after that many events, the clock showing that. */
export interface Entry extends Moment {
  readonly input: Input
}

/** Who waits for what an input leads to. Called in the midst of what happens: whoever acts on it must do so afterwards. */
export interface Ears {
  readonly answer?: (answer: Answer<unknown>) => void
  readonly chunk?: (chunk: LogChunk) => void
}

/** What was recorded does not fit the world that it is replayed in. */
export class Diverged extends Error {
  override readonly name = "Diverged"
}

const nobody = () => {}

/** What only a machine that is up can do. */
const needsNode: ReadonlySet<Input["type"]> = new Set(["init", "join", "leave", "unlock", "update", "logs"])

/**
 * A simulated cluster of which everything that reaches it from outside comes by way of `take`: its course is a pure function of the options,
 * the inputs, and the events before each.
 */
export class Session {
  readonly options: SessionOptions
  readonly cluster: Cluster
  readonly #readers = new Map<number, LogReader>()
  #taking = false

  /** `trace`: keeps the hash of all that happens. */
  constructor(options: SessionOptions, { trace = false }: { readonly trace?: boolean } = {}) {
    this.options = options
    this.cluster = new Cluster({ ...options, trace, cold: true })
  }

  get moment(): Moment {
    const { processed, now } = this.cluster.world.queue
    return { event: processed, at: now }
  }

  /** Whether it came in. Throws Diverged when it cannot. */
  take(input: Input, ears: Ears = {}): boolean {
    const objection = this.objection(input)
    if (objection !== undefined) throw new Diverged(objection)
    this.#taking = true
    try {
      this.#carryIn(input, ears)
    } finally {
      this.#taking = false
    }
    return true
  }

  /** Why this cannot come in now; undefined when it can. */
  protected objection(input: Input): string | undefined {
    const { world } = this.cluster
    if (this.#taking || world.queue.isRunning) return `${input.type} came in the midst of what happens`
    const names = input.type === "cut" ? [input.a, input.b] : "host" in input ? [input.host] : []
    for (const name of names) {
      const isThere = world.host(name) !== undefined
      if (input.type === "create" && isThere) return `there is a machine ${name} already`
      if (input.type !== "create" && !isThere) return `there is no machine ${name}`
      if (needsNode.has(input.type) && world.host(name)?.node === undefined) return `${name} is down`
    }
    return undefined
  }

  #carryIn(input: Input, ears: Ears): void {
    const { cluster } = this
    const { answer = nobody } = ears
    switch (input.type) {
      case "request":
        this.#host(input.host).request(input.request, answer)
        break
      case "init":
        this.#node(input.host).init(input.request, answer)
        break
      case "join":
        this.#node(input.host).join(input.request, answer)
        break
      case "leave":
        this.#node(input.host).leave(input.force, answer)
        break
      case "unlock":
        this.#node(input.host).unlock(input.key, answer)
        break
      case "update":
        this.#node(input.host).update(input.update, answer)
        break
      case "logs": {
        const { host, reader, selector, options } = input
        this.#readers.set(reader, this.#node(host).readLogs(selector, options, ears.chunk ?? nobody))
        break
      }
      case "logs-taken":
        this.#readers.get(input.reader)?.taken(input.ticket)
        break
      case "logs-stop":
        this.#readers.get(input.reader)?.stop()
        this.#readers.delete(input.reader)
        break
      case "hand":
        this.#host(input.host).byHand(input.act)
        break
      case "create":
        cluster.addMachine(input.host, input.size)
        break
      case "remove":
        cluster.removeMachine(this.#host(input.host).name)
        break
      case "crash":
      case "stop":
      case "start":
      case "isolate":
        cluster[input.type](this.#host(input.host).name)
        break
      case "cut":
        cluster.cut(this.#host(input.a).name, this.#host(input.b).name)
        break
      case "heal":
        cluster.heal()
        break
    }
  }

  #host(name: string): Host {
    const host = this.cluster.world.host(name)
    if (host === undefined) throw new Diverged(`there is no machine ${name}`)
    return host
  }

  #node(name: string): SwarmNode {
    const { node } = this.#host(name)
    if (node === undefined) throw new Diverged(`${name} is down`)
    return node
  }
}
