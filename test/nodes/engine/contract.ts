import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { ContainerSpec } from "../../../core/model/container-spec.ts"
import type { ContainerRequest, ContainerSummary, EngineCommand, EngineEvent } from "../../../nodes/engine/engine.ts"
import type { LogEntry } from "../../../nodes/log-entry.ts"

/** An engine under test, real or simulated, with nothing in it that has the label `contract`. */
export interface EngineUnderTest {
  /** Sends a command and waits for its answer. */
  ask(command: EngineCommand): Promise<Extract<EngineEvent, { readonly type: "done" | "failed" }>>
  /** Waits for the next event of a container that is not an answer; undefined when none comes within this time. */
  event(containerId: string, within_ms: number): Promise<EngineEvent | undefined>
  /** Gives a logs command and waits for its end: what it told, and how it was answered. */
  read(command: EngineCommand): Promise<{ readonly entries: ReadonlyArray<LogEntry>; readonly answer: EngineEvent }>
  /** Gives a followed logs command and stops it once it has told so many entries: what it told before its answer, and what after. */
  readSome(
    command: EngineCommand,
    entries: number,
  ): Promise<{ readonly entries: ReadonlyArray<LogEntry>; readonly late: number }>
  /** The engine's clock, milliseconds. */
  now(): number
  close(): Promise<void>
}

export interface ContractOptions {
  /** An image with sh, sleep, true and false that the engine holds or can pull. */
  readonly image: string
  readonly open: () => Promise<EngineUnderTest>
}

const ms = 1_000_000

/** What every Engine must do. */
export function engineContract(name: string, options: ContractOptions): void {
  let engine: EngineUnderTest
  let made: Array<string>
  let names = 0

  beforeEach(async () => {
    engine = await options.open()
    made = []
    await engine.ask({ op: "pull", image: options.image })
  })

  afterEach(async () => {
    for (const containerId of made) {
      await engine.ask({ op: "stop", containerId, signal: "SIGKILL", grace_ms: 0 })
      await engine.ask({ op: "remove", containerId })
    }
    await engine.close()
  })

  const request = (command: ReadonlyArray<string>, more: ContainerSpec = {}): ContainerRequest => {
    const taskId = `task${++names}`
    return {
      name: `contract.1.${taskId}`,
      spec: { ContainerSpec: { Image: options.image, Command: command, ...more } },
      labels: { contract: "", "com.docker.swarm.node.id": "node1", "com.docker.swarm.task.id": taskId },
    }
  }

  async function create(container: ContainerRequest): Promise<string> {
    const answer = await engine.ask({ op: "create", container })
    if (answer.type !== "done" || answer.reply.op !== "create") throw new Error(JSON.stringify(answer))
    made.push(answer.reply.containerId)
    return answer.reply.containerId
  }

  async function start(command: ReadonlyArray<string>, more: ContainerSpec = {}): Promise<string> {
    const containerId = await create(request(command, more))
    expect((await engine.ask({ op: "start", containerId })).type).toBe("done")
    return containerId
  }

  async function listed(containerId: string): Promise<ContainerSummary | undefined> {
    const answer = await engine.ask({ op: "list" })
    if (answer.type !== "done" || answer.reply.op !== "list") throw new Error(JSON.stringify(answer))
    return answer.reply.containers.find((container) => container.containerId === containerId)
  }

  const failure = async (command: EngineCommand): Promise<string> => {
    const answer = await engine.ask(command)
    return answer.type === "failed" ? answer.error : `no failure: ${JSON.stringify(answer)}`
  }

  describe(`the engine contract, kept by ${name}`, () => {
    test("a container is created, started, stopped and removed, and the list follows", async () => {
      const container = request(["sleep", "1d"])
      const containerId = await create(container)
      expect(containerId).toMatch(/^[0-9a-f]{64}$/)
      expect(await listed(containerId)).toMatchObject({ state: "created", labels: container.labels })
      const started = await engine.ask({ op: "start", containerId })
      expect(started).toMatchObject({ type: "done", reply: { op: "start" } })
      expect((await listed(containerId))?.pid).toBeGreaterThan(0)
      expect(await listed(containerId)).toMatchObject({ state: "running" })
      await engine.ask({ op: "stop", containerId, grace_ms: 0 })
      expect(await listed(containerId)).toMatchObject({ state: "exited", exitCode: 137 })
      expect((await engine.ask({ op: "remove", containerId })).type).toBe("done")
      expect(await listed(containerId)).toBeUndefined()
    })

    test("a container that ends by itself is told with its exit code", async () => {
      const containerId = await start(["sh", "-c", "sleep 1; exit 3"])
      const from = engine.now()
      expect(await engine.event(containerId, 5_000)).toEqual({ type: "exited", containerId, exitCode: 3 })
      expect(engine.now() - from).toBeGreaterThan(500)
      expect(await listed(containerId)).toMatchObject({ state: "exited", exitCode: 3 })
    })

    test("a process that ignores its stop signal is killed after the grace period, and told by the answer alone", async () => {
      const containerId = await start(["sleep", "1d"])
      const from = engine.now()
      const answer = await engine.ask({ op: "stop", containerId, grace_ms: 1_000 })
      expect(answer).toMatchObject({ type: "done", reply: { op: "stop", exitCode: 137 } })
      expect(engine.now() - from).toBeGreaterThanOrEqual(1_000)
      expect(engine.now() - from).toBeLessThan(3_000)
      expect(await engine.event(containerId, 500)).toBeUndefined()
    })

    test("stopping what has ended already is answered with its exit code", async () => {
      const containerId = await start(["sh", "-c", "exit 5"])
      await engine.event(containerId, 5_000)
      expect(await engine.ask({ op: "stop", containerId, grace_ms: 1_000 })).toMatchObject({ reply: { exitCode: 5 } })
    })

    test("an image that nobody has can neither be pulled nor run", async () => {
      expect(await failure({ op: "pull", image: "nosuch/image:1" })).not.toBe("")
      const container = request([], { Image: "nosuch/image:1" })
      expect(await failure({ op: "create", container })).toBe("No such image: nosuch/image:1")
    })

    test("a name is given to one container only", async () => {
      const container = request(["true"])
      const containerId = await create(container)
      expect(await failure({ op: "create", container })).toBe(
        `Conflict. The container name "/${container.name}" is already in use by container "${containerId}". You have to remove (or rename) that container to be able to reuse that name.`,
      )
    })

    test("a bind mount needs its source", async () => {
      const Mounts = [{ Type: "bind", Source: "/no/such/dir", Target: "/data" }]
      expect(await failure({ op: "create", container: request(["true"], { Mounts }) })).toBe(
        'invalid mount config for type "bind": bind source path does not exist: /no/such/dir',
      )
    })

    test("a command that is not there cannot be started", async () => {
      const containerId = await create(request(["/no/such"]))
      expect(await failure({ op: "start", containerId })).toContain(
        'exec: "/no/such": stat /no/such: no such file or directory',
      )
      expect(await listed(containerId)).toMatchObject({ state: "created" })
    })

    test("a running container cannot be removed", async () => {
      const containerId = await start(["sleep", "1d"])
      expect(await failure({ op: "remove", containerId })).toContain("running container")
    })

    test("a container that is not there is said not to be", async () => {
      const containerId = "0".repeat(64)
      for (const op of ["start", "remove"] as const)
        expect(await failure({ op, containerId })).toBe(`No such container: ${containerId}`)
      expect(await failure({ op: "stop", containerId, grace_ms: 0 })).toBe(`No such container: ${containerId}`)
    })

    test("the outcome of a health check is told", async () => {
      for (const [command, health] of [
        ["true", "healthy"],
        ["false", "unhealthy"],
      ] as const) {
        const Healthcheck = { Test: ["CMD", command], Interval: 300 * ms, Retries: 2 }
        const container = request(["sleep", "1d"], { Healthcheck })
        const created = await engine.ask({ op: "create", container })
        if (created.type !== "done" || created.reply.op !== "create") throw new Error(JSON.stringify(created))
        const { containerId } = created.reply
        made.push(containerId)
        expect(await engine.ask({ op: "start", containerId })).toMatchObject({ reply: { health: "starting" } })
        expect(await engine.event(containerId, 5_000)).toEqual({ type: "health", containerId, health })
        expect(await listed(containerId)).toMatchObject({ health })
      }
    })

    test("what a container wrote is told line by line, with its time and the stream it was written to", async () => {
      const from = engine.now()
      const containerId = await start(["sh", "-c", "echo one; echo two; echo three"])
      await engine.event(containerId, 5_000)
      const all = await engine.read({ op: "logs", containerId, follow: false })
      expect(all.answer).toMatchObject({ type: "done", reply: { op: "logs" } })
      expect(all.entries.map(({ stream, data }) => [stream, data])).toEqual([
        ["stdout", "one\n"],
        ["stdout", "two\n"],
        ["stdout", "three\n"],
      ])
      for (const { at } of all.entries) expect(at).toBeGreaterThanOrEqual(from - 1_000)
      const [last] = (await engine.read({ op: "logs", containerId, follow: false, tail: 1 })).entries
      expect(last?.data).toBe("three\n")
      const since = all.entries[1]?.at ?? 0
      const later = await engine.read({ op: "logs", containerId, follow: false, since })
      expect(later.entries).toEqual(all.entries.filter(({ at }) => at >= since))
    })

    test("a followed log goes on until the container ends", async () => {
      const containerId = await start(["sh", "-c", "echo early; sleep 1; echo late"])
      const { entries, answer } = await engine.read({ op: "logs", containerId, follow: true })
      expect(entries.map(({ data }) => data)).toEqual(["early\n", "late\n"])
      expect(answer).toMatchObject({ type: "done", reply: { op: "logs" } })
    })

    test("a followed log that is stopped is done at once, and tells nothing after that", async () => {
      const containerId = await start(["sh", "-c", "while true; do echo again; sleep 0.1; done"])
      const { entries, late } = await engine.readSome({ op: "logs", containerId, follow: true }, 3)
      expect(entries.length).toBeGreaterThanOrEqual(3)
      expect(late).toBe(0)
    })

    test("nobody has the log of a container that is not there", async () => {
      const containerId = "0".repeat(64)
      expect(await failure({ op: "logs", containerId, follow: false })).toBe(`No such container: ${containerId}`)
    })
  })
}
