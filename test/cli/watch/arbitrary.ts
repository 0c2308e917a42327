import fc from "fast-check"
import { unicodeGlyphs } from "../../../cli/watch/glyphs.ts"
import type { TaskState } from "../../../core/model/task.ts"
import type { ClusterStatus } from "../../../nodes/status.ts"
import { manager, node, now, service, task } from "./fixture.ts"

/** Texts as they come from outside: escape sequences, wide characters, combining marks, nothing at all. */
export const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "\u001b[2Jgone",
    "日本語のエラー",
    "👩‍👩‍👧 e\u0301",
    "a\nb\tc\r",
    "\u202ereversed",
    "",
    "x".repeat(400),
  ),
)
const name = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/) },
  { weight: 1, arbitrary: nasty },
)

const managers = fc.array(
  fc
    .record({
      name,
      role: fc.constantFrom("leader", "candidate", "follower", "pre-candidate", "stopped"),
      term: fc.nat(),
      vote: fc.nat(9),
      commit: fc.nat(),
      applied: fc.nat(),
      host: name,
    })
    .map(({ name, role, ...rest }) => manager(name, role, rest)),
  { maxLength: 9 },
)

const nodes = fc.uniqueArray(
  fc
    .record({
      name,
      raftId: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      state: fc.constantFrom("ready", "down", "unknown", "disconnected"),
      Availability: fc.constantFrom("active", "pause", "drain"),
    })
    .map(({ name, raftId, ...rest }) => node(name, raftId === undefined ? rest : { ...rest, raftId })),
  { maxLength: 40, selector: ({ ID }) => ID },
)

const mode = fc.constantFrom(
  { Global: {} },
  { GlobalJob: {} },
  { ReplicatedJob: { TotalCompletions: 4 } },
  { Replicated: {} },
)

const services = fc.uniqueArray(
  fc
    .record({ name, image: name, mode, port: fc.nat(65_535), stack: fc.constantFrom("shop", "voting") })
    .map(({ name, image, mode, port, stack }) => service(name, image, { mode, port: [port, 80], stack })),
  { maxLength: 25, selector: ({ ID }) => ID },
)

// The glyphs have an entry for each state; keys lose their type.
const states = fc.constantFrom(...(Object.keys(unicodeGlyphs.task) as TaskState[]))

/** Any status that the types allow, consistent or not. */
export const anyStatus: fc.Arbitrary<ClusterStatus> = fc
  .tuple(managers, nodes, services)
  .chain(([managers, nodes, services]) => {
    const pick = (names: ReadonlyArray<string>) => fc.constantFrom(...names, "unknown")
    const anyTask = fc
      .record({
        service: pick(services.map(({ ID }) => ID.replace(/^service-/, ""))),
        slot: fc.option(fc.nat(99), { nil: undefined }),
        node: fc.option(pick(nodes.map(({ Description }) => Description.Hostname)), { nil: undefined }),
        state: states,
        desired: states,
        Err: nasty,
      })
      .map(({ service, slot, node, state, desired, Err }) => task(service, slot, node, state, { desired, Err }))
    const event = fc.record({
      at: fc.integer({ min: now - 1_000_000, max: now }),
      kind: fc.constantFrom("raft" as const, "node" as const, "task" as const),
      text: nasty,
    })
    return fc.record({
      now: fc.integer({ min: 0, max: now * 2 }),
      index: fc.nat(),
      managers: fc.constant(managers),
      nodes: fc.constant(nodes),
      services: fc.constant(services),
      tasks: fc.array(anyTask, { maxLength: 120, size: "max" }),
      events: fc.array(event, { maxLength: 60 }),
    })
  })
