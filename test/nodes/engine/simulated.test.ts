import { describe, expect, test } from "vitest"
import type { ContainerSpec } from "../../../core/model/container-spec.ts"
import { Random } from "../../../core/random.ts"
import type { EngineCommand, EngineEvent } from "../../../nodes/engine/engine.ts"
import {
  type EngineInput,
  SimulatedEngine,
  type SimulatedEngineOptions,
} from "../../../nodes/engine/simulated/engine.ts"
import { verdictOf } from "../../../nodes/engine/simulated/health.ts"
import { familiarName, repositoryOf } from "../../../nodes/engine/simulated/images.ts"
import { defaultLatencies } from "../../../nodes/engine/simulated/latencies.ts"
import { type Program, programOf } from "../../../nodes/engine/simulated/shell.ts"
import { type EngineUnderTest, engineContract } from "./contract.ts"

const start = 1_700_000_000_000

/** A simulated engine with a clock of its own. */
class Bench implements EngineUnderTest {
  readonly engine: SimulatedEngine
  readonly events: Array<{ at: number; event: EngineEvent }> = []
  readonly #told = new Set<EngineEvent>()
  #now = start
  #number = 0

  constructor(options: Partial<SimulatedEngineOptions> = {}) {
    this.engine = new SimulatedEngine({ random: new Random("bench"), now: start, ...options })
  }

  input(input: EngineInput | { type: "wake" }): void {
    for (const output of this.engine.step(this.#now, input)) {
      if (output.type === "event") this.events.push({ at: this.#now, event: output.event })
    }
  }

  /** Runs on until the condition gives something, at most for so long. */
  until<T>(condition: () => T | undefined, limit = 100 * 86_400_000): T | undefined {
    const end = this.#now + limit
    for (;;) {
      const found = condition()
      if (found !== undefined) return found
      const next = this.engine.nextWake()
      if (next === undefined || next > end) {
        this.#now = end
        return undefined
      }
      this.#now = Math.max(this.#now, next)
      this.input({ type: "wake" })
    }
  }

  answer(command: EngineCommand): Extract<EngineEvent, { type: "done" | "failed" }> {
    const number = ++this.#number
    this.input({ type: "command", number, command })
    const answer = this.until(() =>
      this.events.find(({ event }) => (event.type === "done" || event.type === "failed") && event.command === number),
    )?.event
    if (answer?.type !== "done" && answer?.type !== "failed") throw new Error(`no answer to ${command.op}`)
    return answer
  }

  run(Command: ReadonlyArray<string>, more: ContainerSpec = {}, Image = "busybox"): string {
    this.answer({ op: "pull", image: Image })
    const spec = { ContainerSpec: { Image, ...(Command.length === 0 ? {} : { Command }), ...more } }
    const name = `c${this.#number}`
    const created = this.answer({
      op: "create",
      container: { name, spec, labels: { "com.docker.swarm.task.id": name } },
    })
    if (created.type !== "done" || created.reply.op !== "create") throw new Error(JSON.stringify(created))
    this.answer({ op: "start", containerId: created.reply.containerId })
    return created.reply.containerId
  }

  exit(containerId: string, within?: number) {
    const found = this.until(
      () => this.events.find(({ event }) => event.type === "exited" && event.containerId === containerId),
      within,
    )
    return found?.event.type === "exited" ? { at: found.at, exitCode: found.event.exitCode } : undefined
  }

  async ask(command: EngineCommand) {
    return this.answer(command)
  }

  async event(containerId: string, within_ms: number): Promise<EngineEvent | undefined> {
    const isNews = ({ event }: { event: EngineEvent }) =>
      (event.type === "exited" || event.type === "health") &&
      event.containerId === containerId &&
      !this.#told.has(event)
    const event = this.until(() => this.events.find(isNews), within_ms)?.event
    if (event !== undefined) this.#told.add(event)
    return event
  }

  async read(command: EngineCommand) {
    const number = this.#number + 1
    const answer = this.answer(command)
    return { entries: this.entries(number), answer }
  }

  async readSome(command: EngineCommand, wanted: number) {
    const number = ++this.#number
    this.input({ type: "command", number, command })
    this.until(() => (this.entries(number).length >= wanted ? true : undefined), 10_000)
    this.answer({ op: "logs-stop", command: number })
    const before = this.entries(number)
    this.until(() => undefined, 500)
    return { entries: before, late: this.entries(number).length - before.length }
  }

  entries(number: number) {
    return this.events.flatMap(({ event }) => (event.type === "log" && event.command === number ? event.entries : []))
  }

  now(): number {
    return this.#now
  }

  async close(): Promise<void> {}
}

engineContract("the simulated engine", { image: "busybox:1.36", open: async () => new Bench() })

describe("what a command line does", () => {
  const table: ReadonlyArray<readonly [line: ReadonlyArray<string>, expected: Partial<Program>]> = [
    [["sleep", "10"], { ends: { after_ms: 10_000, exitCode: 0 }, ignoresTerm: true }],
    [["sleep", "0.5"], { ends: { after_ms: 500, exitCode: 0 } }],
    [["sleep", "1d"], { ends: { after_ms: 86_400_000, exitCode: 0 } }],
    [["sleep", "infinity"], { ignoresTerm: true }],
    [["sleep", "soon"], { ends: { after_ms: 0, exitCode: 1 } }],
    [["true"], { ends: { after_ms: 0, exitCode: 0 } }],
    [["/bin/false"], { ends: { after_ms: 0, exitCode: 1 } }],
    [["exit", "3"], { ends: { after_ms: 0, exitCode: 3 } }],
    [["sh"], { ends: { after_ms: 0, exitCode: 0 } }],
    [["sh", "-c", "exit 7"], { ends: { after_ms: 0, exitCode: 7 } }],
    [["/bin/sh", "-c", "sleep 2; exit 3"], { ends: { after_ms: 2_000, exitCode: 3 } }],
    [["sh", "-ec", "echo 'a;b' && sleep 1 && exit 2"], { ends: { after_ms: 1_000, exitCode: 2 } }],
    [["sh", "-c", "false || exit 4"], { ends: { after_ms: 0, exitCode: 4 } }],
    [["sh", "-c", "false && exit 4"], { ends: { after_ms: 0, exitCode: 1 } }],
    [["sh", "-c", "echo L; sleep 1d"], { ends: { after_ms: 86_400_000, exitCode: 0 } }],
    [["sh", "-c", "while true; do sleep 1; done"], { ignoresTerm: true }],
    [["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"], { ignoresTerm: false }],
    [["sh", "-c", "exec nginx -g 'daemon off;'"], { ignoresTerm: false }],
    [["nginx", "-g", "daemon off;"], { ignoresTerm: false }],
    [["tail", "-f", "/dev/null"], { ignoresTerm: true }],
    [["sh", "-c", "/no/such"], { ends: { after_ms: 0, exitCode: 127 } }],
  ]
  test.each(table)("%j", (line, expected) => {
    const program = programOf(line, { unknown: "runs" })
    expect(program).toMatchObject(expected)
    if (expected.ends === undefined) expect(program.ends).toBeUndefined()
  })
})

test("image names are shortened as Docker shows them", () => {
  expect(familiarName("nginx")).toBe("nginx:latest")
  expect(familiarName("docker.io/library/nginx:alpine")).toBe("nginx:alpine")
  expect(familiarName("localhost:5000/app")).toBe("localhost:5000/app:latest")
  expect(repositoryOf("localhost:5000/app:2")).toBe("localhost:5000/app")
  expect(repositoryOf(`redis:7@sha256:${"a".repeat(64)}`)).toBe("redis")
})

test("health is known after an interval when it is good, and after the retries when it is not", () => {
  const seconds = (n: number) => n * 1e9
  expect(verdictOf({ Test: ["CMD", "curl", "-f", "localhost"] })).toEqual({ after_ms: 30_000, health: "healthy" })
  expect(verdictOf({ Test: ["CMD-SHELL", "exit 1"], Interval: seconds(2) })).toEqual({
    after_ms: 6_000,
    health: "unhealthy",
  })
  expect(verdictOf({ Test: ["CMD", "false"], Interval: seconds(2), StartPeriod: seconds(10), Retries: 1 })).toEqual({
    after_ms: 12_000,
    health: "unhealthy",
  })
  expect(verdictOf({ Test: ["CMD", "sleep", "9"], Interval: seconds(1), Timeout: seconds(1), Retries: 1 })).toEqual({
    after_ms: 2_000,
    health: "unhealthy",
  })
})

describe("the simulated engine", () => {
  test("takes as long over each thing as its latencies say", () => {
    for (let seed = 0; seed < 50; seed++) {
      const bench = new Bench({ random: new Random(seed) })
      const took = (command: EngineCommand) => {
        const from = bench.now()
        bench.answer(command)
        return bench.now() - from
      }
      const within = (span: readonly [number, number], time: number) => {
        expect(time).toBeGreaterThanOrEqual(span[0])
        expect(time).toBeLessThanOrEqual(span[1])
      }
      within(defaultLatencies.pull, took({ op: "pull", image: "nginx" }))
      within(defaultLatencies.pullCached, took({ op: "pull", image: "nginx" }))
      within(defaultLatencies.pullCached, took({ op: "pull", image: "nosuch/image" }))
      const spec = { ContainerSpec: { Image: "nginx" } }
      within(defaultLatencies.create, took({ op: "create", container: { name: "a", spec, labels: {} } }))
      const containerId = bench.engine.containers()[0]?.Id ?? ""
      within(defaultLatencies.start, took({ op: "start", containerId }))
      within(defaultLatencies.stop, took({ op: "stop", containerId, grace_ms: 10_000 }))
      within(defaultLatencies.remove, took({ op: "remove", containerId }))
    }
  })

  test("does the same from the same seed, and something else from another", () => {
    const trace = (seed: string) => {
      const bench = new Bench({ random: new Random(seed) })
      for (const word of ["true", "false"]) bench.exit(bench.run([word]))
      return JSON.stringify([bench.events, bench.engine.durable()])
    }
    expect(trace("a")).toBe(trace("a"))
    expect(trace("a")).not.toBe(trace("b"))
  })

  test("images without a command of their own run on, toolboxes end at once", () => {
    const bench = new Bench()
    expect(bench.exit(bench.run([], {}, "some/server:2"), 3_600_000)).toBeUndefined()
    expect(bench.exit(bench.run([], {}, "alpine"), 1_000)?.exitCode).toBe(0)
    expect(bench.exit(bench.run([], {}, "hello-world"), 1_000)?.exitCode).toBe(0)
  })

  test("with an init process sleep heeds its stop signal", () => {
    const bench = new Bench()
    const containerId = bench.run(["sleep", "1d"], { Init: true })
    const from = bench.now()
    expect(bench.answer({ op: "stop", containerId, grace_ms: 10_000 })).toMatchObject({ reply: { exitCode: 143 } })
    expect(bench.now() - from).toBeLessThan(100)
  })

  test("an image may bring a health check of its own", () => {
    const healthcheck = { Test: ["CMD", "true"], Interval: 1e9 }
    const bench = new Bench({ images: [{ repository: "checked", healthcheck }] })
    const containerId = bench.run([], {}, "checked")
    expect(bench.engine.container(containerId)?.State.Health).toBe("starting")
    bench.until(() => (bench.engine.container(containerId)?.State.Health === "healthy" ? true : undefined), 1_100)
    expect(bench.engine.container(containerId)?.State.Health).toBe("healthy")
    expect(bench.engine.container(bench.run([], { Healthcheck: { Test: ["NONE"] } }, "checked"))?.State.Health).toBe(
      undefined,
    )
  })

  test("a container that is started again lives its whole life again", () => {
    const bench = new Bench()
    const containerId = bench.run(["sleep", "10"])
    bench.until(() => undefined, 5_000)
    bench.answer({ op: "stop", containerId, grace_ms: 0 })
    bench.answer({ op: "start", containerId })
    const from = bench.now()
    expect((bench.exit(containerId)?.at ?? 0) - from).toBe(10_000)
  })

  test("faults do what they say", () => {
    const bench = new Bench()
    const containerId = bench.run(["sleep", "1d"])
    bench.input({ type: "fault", fault: { kind: "exit", containerId, exitCode: 139, error: "crashed" } })
    expect(bench.events.at(-1)?.event).toEqual({ type: "exited", containerId, exitCode: 139, error: "crashed" })
    bench.input({ type: "fault", fault: { kind: "fail-next", op: "list", error: "busy" } })
    expect(bench.answer({ op: "list" })).toMatchObject({ type: "failed", error: "busy" })
    expect(bench.answer({ op: "list" })).toMatchObject({ type: "done" })
    bench.input({ type: "fault", fault: { kind: "registry", reachable: false } })
    expect(bench.answer({ op: "pull", image: "busybox" })).toMatchObject({ type: "failed" })
    bench.input({ type: "fault", fault: { kind: "slow", factor: 100 } })
    const from = bench.now()
    bench.answer({ op: "remove", containerId })
    expect(bench.now() - from).toBeGreaterThanOrEqual(2_000)
  })

  test("after a crash the disk is as it was and what ran has exited with 137", () => {
    const before = new Bench()
    const running = before.run(["sleep", "1d"], { Mounts: [{ Type: "volume", Source: "data", Target: "/data" }] })
    const ended = before.run(["false"])
    before.exit(ended)
    const after = new Bench({ random: new Random("later"), restored: before.engine.durable() })
    expect(after.engine.container(running)?.State).toMatchObject({ Status: "exited", ExitCode: 137, Pid: 0 })
    expect(after.engine.container(ended)?.State).toMatchObject({ Status: "exited", ExitCode: 1 })
    expect(after.engine.volumes().map(({ Name }) => Name)).toEqual(["data"])
    expect(after.engine.images()).toEqual(before.engine.images())
    expect(after.engine.networks()).toEqual(before.engine.networks())
    expect(after.engine.nextWake()).toBeUndefined()
  })

  test("what ran goes on where only nobody looked: what should have ended has, what stays is known and can be stopped", () => {
    const before = new Bench()
    const stays = before.run(["sleep", "1d"])
    const soon = before.run(["sh", "-c", "sleep 5; exit 3"])
    const later = before.run(["sh", "-c", "sleep 600; exit 4"])
    const talks = before.run(["sh", "-c", "while true; do echo said; sleep 1; done"])
    const sick = before.run(["sleep", "1d"], { Healthcheck: { Test: ["CMD", "true"], Interval: 20_000_000_000 } })
    const left = before.engine.durable()
    const now = before.now() + 60_000
    const engine = new SimulatedEngine({ random: new Random("later"), now, restored: left, ranOn: true })
    const state = (id: string) => engine.container(id)?.State
    expect(state(stays)).toEqual(before.engine.container(stays)?.State)
    const said = engine.step(now, { type: "wake" }).flatMap((output) => (output.type === "event" ? [output.event] : []))
    expect(said).toContainEqual({ type: "exited", containerId: soon, exitCode: 3 })
    expect(said).toContainEqual({ type: "health", containerId: sick, health: "healthy" })
    expect(state(later)?.Status).toBe("running")
    const lines = engine.writtenLines(talks)
    for (let after = 500; after <= 5_000; after += 500) engine.step(now + after, { type: "wake" })
    expect(engine.writtenLines(talks)).toBeGreaterThanOrEqual(lines + 4)
    engine.step(now + 600_000, { type: "wake" })
    expect(state(later)).toMatchObject({ Status: "exited", ExitCode: 4 })
    engine.step(now + 600_000, {
      type: "command",
      number: 1,
      command: { op: "stop", containerId: stays, grace_ms: 1_000 },
    })
    engine.step(now + 620_000, { type: "wake" })
    expect(state(stays)?.Status).toBe("exited")
  })

  test("every engine has Docker's local networks, with IDs of its own", () => {
    const networks = new Bench().engine.networks()
    expect(networks.map(({ Name, Driver }) => [Name, Driver])).toEqual([
      ["bridge", "bridge"],
      ["docker_gwbridge", "bridge"],
      ["host", "host"],
      ["none", "null"],
    ])
    for (const { Id } of networks) expect(Id).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(networks.map(({ Id }) => Id)).size).toBe(4)
  })
})
