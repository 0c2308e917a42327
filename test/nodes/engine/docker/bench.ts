import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { type DockerEngine, makeDockerEngine } from "../../../../nodes/engine/docker/engine.ts"
import type { EngineCommand, EngineEvent } from "../../../../nodes/engine/engine.ts"
import type { Dockerd } from "../../../support/dockerd.ts"
import type { EngineUnderTest } from "../contract.ts"

const answer_ms_max = 60_000

type Answer = Extract<EngineEvent, { readonly type: "done" | "failed" }>

/** The real engine behind the port, as an agent has it, with all that it told. */
export class Bench implements EngineUnderTest {
  readonly engine: DockerEngine
  readonly events: Array<EngineEvent> = []
  readonly warnings: Array<string> = []
  readonly #scope: Scope.Closeable
  readonly #told = new Set<EngineEvent>()
  #listeners: Array<() => void> = []
  #number = 0

  private constructor(scope: Scope.Closeable, make: (bench: Bench) => DockerEngine) {
    this.#scope = scope
    this.engine = make(this)
  }

  static async open(dockerd: Dockerd, nodeId = "node1"): Promise<Bench> {
    const scope = Effect.runSync(Scope.make())
    const early: Array<EngineEvent> = []
    let bench: Bench | undefined
    const warnings: Array<string> = []
    const engine = await Effect.runPromise(
      makeDockerEngine({
        socketPath: dockerd.socketPath,
        nodeId,
        filesFolder: join(dockerd.folder, "files", nodeId),
        event: (event) => (bench === undefined ? early.push(event) : bench.#heard(event)),
        warn: (message) => warnings.push(message),
      }).pipe(Effect.provideService(Scope.Scope, scope)),
    )
    bench = new Bench(scope, () => engine)
    bench.warnings.push(...warnings)
    for (const event of early) bench.#heard(event)
    return bench
  }

  give(command: EngineCommand): number {
    const number = ++this.#number
    this.engine.command(number, command)
    return number
  }

  async answer(number: number): Promise<Answer> {
    const isAnswer = (event: EngineEvent): event is Answer =>
      (event.type === "done" || event.type === "failed") && event.command === number
    const answer = await this.until(() => this.events.find(isAnswer), answer_ms_max)
    if (answer === undefined) throw new Error(`no answer to command ${number}`)
    return answer
  }

  ask(command: EngineCommand): Promise<Answer> {
    return this.answer(this.give(command))
  }

  async event(containerId: string, within_ms: number): Promise<EngineEvent | undefined> {
    const isNews = (event: EngineEvent) =>
      (event.type === "exited" || event.type === "health") &&
      event.containerId === containerId &&
      !this.#told.has(event)
    const event = await this.until(() => this.events.find(isNews), within_ms)
    if (event !== undefined) this.#told.add(event)
    return event
  }

  /** Looks again after each event. */
  async until<T>(condition: () => T | undefined, within_ms: number): Promise<T | undefined> {
    const deadline = Date.now() + within_ms
    for (;;) {
      const found = condition()
      if (found !== undefined || Date.now() >= deadline) return found
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, deadline - Date.now())
        this.#listeners.push(() => {
          clearTimeout(late)
          resolve()
        })
      })
    }
  }

  async read(command: EngineCommand) {
    const number = this.give(command)
    const answer = await this.answer(number)
    return { entries: this.#entries(number), answer }
  }

  async readSome(command: EngineCommand, wanted: number) {
    const number = this.give(command)
    await this.until(() => (this.#entries(number).length >= wanted ? true : undefined), 10_000)
    const stopped = await this.ask({ op: "logs-stop", command: number })
    const before = this.#entries(number)
    const done = this.events.findIndex((event) => event.type === "done" && event.command === number)
    if (stopped.type !== "done" || done < 0 || done > this.events.indexOf(stopped)) throw new Error("not done in order")
    await new Promise((resolve) => setTimeout(resolve, 500))
    return { entries: before, late: this.#entries(number).length - before.length }
  }

  #entries(number: number) {
    return this.events.flatMap((event) => (event.type === "log" && event.command === number ? event.entries : []))
  }

  now(): number {
    return Date.now()
  }

  async close(): Promise<void> {
    await Effect.runPromise(Scope.close(this.#scope, Exit.void))
  }

  #heard(event: EngineEvent): void {
    this.events.push(event)
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
  }
}
