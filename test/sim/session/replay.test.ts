import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { statusOf } from "../../../sim/cluster/status.ts"
import { defaultStart } from "../../../sim/cluster/world.ts"
import { digestOf } from "../../../sim/session/digest.ts"
import type { Input } from "../../../sim/session/input.ts"
import { LiveSession } from "../../../sim/session/live-session.ts"
import { readRecording } from "../../../sim/session/recording.ts"
import { Replay } from "../../../sim/session/replay.ts"
import type { Session } from "../../../sim/session/session.ts"

const machines = ["manager1", "manager2", "manager3", "worker1", "worker2", "spare"]

/** What a user does, or time passing in one of the two ways in which it does. */
type Act =
  | { readonly do: Input }
  | { readonly pass_ms: number }
  | { readonly events: number }
  | { readonly scale: number; readonly on: string }
  | { readonly logs: string }

const machine = fc.constantFrom(...machines)

const spec = (name: string, replicas: number) => ({
  Name: name,
  TaskTemplate: {
    ContainerSpec: { Image: "busybox", Command: ["sh", "-c", "while true; do echo ahoy; sleep 0.2; done"] },
  },
  Mode: { Replicated: { Replicas: replicas } },
})

const create = fc.record({ host: machine, name: fc.constantFrom("web", "api", "db"), replicas: fc.nat(6) }).map(
  ({ host, name, replicas }): Input => ({
    type: "request",
    host,
    request: { op: "service.create", spec: spec(name, replicas) },
  }),
)

const list = machine.map((host): Input => ({ type: "request", host, request: { op: "task.list", filters: {} } }))

const power = fc
  .record({ type: fc.constantFrom("crash", "stop", "start", "isolate"), host: machine })
  .map(({ type, host }): Input => ({ type, host }))

const cut = fc.record({ type: fc.constant("cut" as const), a: machine, b: machine })
const leave = machine.map((host): Input => ({ type: "leave", host, force: true }))
const pull = machine.map((host): Input => ({ type: "hand", host, act: { op: "pull", image: "redis" } }))

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ pass_ms: fc.nat(4_000) }) },
  { weight: 3, arbitrary: fc.record({ events: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 3, arbitrary: fc.record({ do: create }) },
  { weight: 2, arbitrary: fc.record({ scale: fc.nat(8), on: machine }) },
  { weight: 2, arbitrary: fc.record({ do: list }) },
  { weight: 3, arbitrary: fc.record({ do: power }) },
  { weight: 1, arbitrary: fc.record({ do: cut }) },
  { weight: 1, arbitrary: fc.constant({ do: { type: "heal" } as const }) },
  { weight: 1, arbitrary: fc.record({ do: leave }) },
  { weight: 1, arbitrary: fc.record({ do: pull }) },
  { weight: 1, arbitrary: fc.record({ logs: machine }) },
  { weight: 1, arbitrary: fc.constant({ do: { type: "create", host: "spare", size: { NanoCPUs: 2e9 } } as const }) },
  { weight: 1, arbitrary: fc.constant({ do: { type: "remove", host: "spare" } as const }) },
)

/** Whether the interactive cluster would let this in; what it refuses itself never reaches the session. */
function isLetIn({ cluster }: Session, input: Input): boolean {
  const host = "host" in input ? cluster.world.host(input.host) : undefined
  if (input.type === "create") return host === undefined
  if (input.type === "cut") return [input.a, input.b].every((name) => cluster.world.host(name) !== undefined)
  if ("host" in input && host === undefined) return false
  return input.type !== "leave" || host?.running === true
}

function perform(session: LiveSession, acts: ReadonlyArray<Act>): void {
  const { cluster } = session
  for (const act of acts) {
    if ("pass_ms" in act) cluster.run(act.pass_ms)
    else if ("events" in act) for (let i = 0; i < act.events; i++) cluster.world.queue.runNext()
    else if ("do" in act) {
      if (isLetIn(session, act.do)) session.take(act.do)
    } else if ("logs" in act) readLogs(session, act.logs)
    else {
      const store = cluster.world.bestInformed()?.manager?.store
      const service = store && [...store.all("services")][0]
      if (service === undefined || !cluster.world.host(act.on)) continue
      const { ID, Version, Spec } = service
      const request = {
        ...({ op: "service.update", name: ID, version: Version.Index, rollback: false } as const),
        spec: { ...Spec, Mode: { Replicated: { Replicas: act.scale } } },
      }
      session.take({ type: "request", host: act.on, request })
    }
  }
}

/** Takes what comes, after the event that it came with, as a client would. */
function readLogs(session: LiveSession, host: string): void {
  const { cluster } = session
  const store = cluster.world.bestInformed()?.manager?.store
  if (!store || cluster.world.host(host)?.running !== true) return
  const reader = session.newReader()
  const services = [...store.all("services")].map(({ ID }) => ID)
  const tickets: string[] = []
  session.take(
    {
      type: "logs",
      host,
      reader,
      selector: { services, tasks: [] },
      options: { follow: true, stdout: true, stderr: true },
    },
    {
      chunk: (chunk) => {
        if (chunk.type === "lines" && chunk.ticket !== undefined) tickets.push(chunk.ticket)
      },
    },
  )
  for (let i = 0; i < 3; i++) {
    cluster.run(150)
    for (const ticket of tickets.splice(0)) session.take({ type: "logs-taken", reader, ticket })
  }
  session.take({ type: "logs-stop", reader })
}

const picture = ({ cluster: { world, journal } }: Session): unknown =>
  JSON.parse(JSON.stringify(statusOf(world, journal, world.bestInformed(), { speed: 1, hostOf: () => undefined })))

describe("a recorded session", () => {
  it("replays to the same course, to the last message, and to the same picture, at its end and at each mark", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5 }), fc.array(act, { maxLength: 30, size: "max" }), (seed, acts) => {
        let text = ""
        const record = (line: string) => {
          text += line
          return true
        }
        const options = { seed, managers: 3, workers: 2, start: defaultStart }
        const live = new LiveSession({ ...options, record, trace: true })
        live.cluster.run(2_000)
        perform(live, acts)
        live.mark()
        const recording = Result.getOrThrow(readRecording(text))
        expect(recording.end).toEqual(live.moment)
        const replay = new Replay(recording.options, recording.entries, { trace: true })
        for (const mark of recording.marks) {
          replay.advance(mark)
          expect(digestOf(replay.session.cluster)).toBe(mark.digest)
        }
        expect(replay.session.cluster.world.trace?.digest()).toBe(live.cluster.world.trace?.digest())
        expect(picture(replay.session)).toEqual(picture(live))
      }),
      { numRuns: 25 },
    )
  }, 120_000)

  it("has what readers of logs took, since that lets more come", () => {
    const options = { seed: "logs", managers: 3, workers: 2, start: defaultStart }
    const live = new LiveSession({ ...options, trace: true })
    live.cluster.run(3_000)
    live.take({ type: "request", host: "manager1", request: { op: "service.create", spec: spec("web", 3) } })
    live.cluster.run(10_000)
    readLogs(live, "manager2")
    const types = live.log.entries.map(({ input }) => input.type)
    expect(types.filter((type) => type === "logs-taken").length).toBeGreaterThan(2)
    const replay = new Replay(live.options, live.log.entries, { trace: true })
    replay.advance(live.moment)
    expect(replay.session.cluster.world.trace?.digest()).toBe(live.cluster.world.trace?.digest())
  })

  it("takes another course when an input comes an event later", () => {
    const live = new LiveSession({ seed: "late", managers: 3, workers: 2, start: defaultStart })
    live.cluster.run(5_000)
    live.take({ type: "request", host: "manager1", request: { op: "service.create", spec: spec("web", 3) } })
    live.cluster.run(5_000)
    const later = live.log.entries.map((entry) => ({ ...entry, event: entry.event + 1 }))
    expect(() => new Replay(live.options, later).advance(live.moment)).toThrow("the clock shows")
  })

  it("can be replayed in slices, and to any moment on the way", () => {
    const live = new LiveSession({ seed: "slices", managers: 3, workers: 2, start: defaultStart })
    const moments = [1, 2, 3].map((n) => {
      // What comes in at a moment belongs to it.
      live.cluster.run(1)
      live.take({ type: "request", host: `manager${n}`, request: { op: "service.create", spec: spec(`s${n}`, n) } })
      live.cluster.run(3_333)
      return { moment: live.moment, picture: picture(live) }
    })
    const replay = new Replay(live.options, live.log.entries)
    for (const { moment, picture: then } of moments) {
      let slices = 1
      while (!replay.advance(moment, () => false)) slices++
      expect(slices).toBeGreaterThan(100)
      expect(picture(replay.session)).toEqual(then)
      expect(replay.moment).toEqual(moment)
    }
    expect(replay.precedes({ at: live.moment.at - 1 })).toBe(false)
  })

  it("neither takes nor writes down what cannot come in", () => {
    const lines: string[] = []
    const options = { seed: "no", managers: 1, workers: 1, start: defaultStart }
    const live = new LiveSession({ ...options, record: (line) => lines.push(line) > 0 })
    live.cluster.run(1_000)
    live.take({ type: "crash", host: "worker1" })
    const impossible: ReadonlyArray<readonly [Input, string]> = [
      [{ type: "crash", host: "worker9" }, "there is no machine worker9"],
      [{ type: "cut", a: "worker1", b: "worker9" }, "there is no machine worker9"],
      [{ type: "leave", host: "worker1", force: true }, "worker1 is down"],
      [{ type: "create", host: "worker1", size: {} }, "there is a machine worker1 already"],
    ]
    for (const [input, why] of impossible) expect(() => live.take(input)).toThrow(why)
    expect(lines).toHaveLength(2)
    expect(live.log.entries).toHaveLength(1)
  })

  it.each([1, 3])(
    "refuses an input in the midst of what happens, where no replay could repeat it (%i managers)",
    (managers) => {
      const live = new LiveSession({ seed: "midst", managers, workers: 1, start: defaultStart })
      live.cluster.converge()
      const heal = () => live.take({ type: "heal" })
      expect(() => {
        live.take({ type: "request", host: "manager1", request: { op: "node.list", filters: {} } }, { answer: heal })
        live.cluster.run(1_000)
      }).toThrow("in the midst of what happens")
    },
  )
})
