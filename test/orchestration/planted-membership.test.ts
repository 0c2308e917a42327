import { afterEach, describe, expect, it, vi } from "vitest"
import { Renewal } from "../../nodes/node/renewal.ts"
import { machineActs, swarmActs } from "../../sim/orchestration/act.ts"
import { drawPlan } from "../../sim/orchestration/plan.ts"
import { play } from "../../sim/orchestration/run.ts"

/** The bug that is switched on in the functions replaced below, and how they are replaced. */
const { withBug, plant } = vi.hoisted(() => {
  let planted = ""
  return {
    plant: (bug: string) => {
      planted = bug
    },
    withBug:
      <Args extends Array<unknown>, Result>(
        bug: string,
        right: (...args: Args) => Result,
        wrong: (...args: NoInfer<Args>) => NoInfer<Result>,
      ): ((...args: Args) => Result) =>
      (...args) =>
        planted === bug ? wrong(...args) : right(...args),
  }
})

vi.mock(import("../../nodes/manager/control/raft-ids.ts"), async (load) => {
  const { takeRaftId } = await load()
  return {
    takeRaftId: withBug("members' IDs are given again", takeRaftId, (tx, _) => {
      const taken = [...tx.all("nodes")].map(({ RaftID }) => RaftID)
      for (let id = 1; ; id++) if (!taken.includes(id)) return id
    }),
  }
})

vi.mock(import("../../nodes/manager/dispatcher/node-records.ts"), async (load) => {
  const module = await load()
  return {
    ...module,
    letIn: withBug("removed nodes are let in", module.letIn, (tx, registration) => {
      const { peer, description, addr } = registration
      if (tx.get("nodes", peer.id)) return module.letIn(tx, registration)
      const Spec = { Role: peer.role, Availability: "active" as const, Labels: {} }
      tx.create("nodes", { ID: peer.id, Spec, Description: description, Status: { State: "ready", Addr: addr } })
    }),
  }
})

vi.mock(import("../../nodes/manager/group.ts"), async (load) => {
  const { groupOf, alive } = await load()
  return {
    alive: withBug("everybody counts as alive", alive, (group, _) => new Set(group.voters)),
    groupOf: withBug("everybody counts as alive", groupOf, (status) => {
      const group = groupOf(status)
      return { ...group, reachable: new Set(group.voters) }
    }),
  }
})

vi.mock(import("../../nodes/manager/control/nodes.ts"), async (load) => {
  const module = await load()
  return {
    ...module,
    removeNode: withBug("managers can be removed", module.removeNode, (context, name, force) => {
      const node = context.tx.get("nodes", name)
      if (node?.RaftID === undefined) return module.removeNode(context, name, force)
      const { RaftID: _, ManagerStatus: __, ...rest } = node
      context.tx.update("nodes", { ...rest, Role: "worker", Spec: { ...node.Spec, Role: "worker" } })
      return module.removeNode(context, name, true)
    }),
  }
})

afterEach(() => {
  plant("")
  vi.restoreAllMocks()
})

const seeds_max = 1_000
const comesAndGoes: ReadonlySet<string> = new Set(swarmActs)
const kinds: ReadonlySet<string> = new Set([...swarmActs, ...machineActs])

/**
 * Plays what seeds have of machines that fail and nodes that come and go, until the bug is found; says by which checker. DRYDOCK_TABLE=1 prints
 * the table of docs/reliability.md.
 */
function find(bug: string): string | undefined {
  plant(bug)
  for (let seed = 1; seed <= seeds_max; seed++) {
    const plan = drawPlan(seed)
    const steps = plan.steps.filter(({ act }) => kinds.has(act.kind))
    if (!steps.some(({ act }) => comesAndGoes.has(act.kind))) continue
    const { failure } = play({ ...plan, steps })
    if (failure === undefined) continue
    if (process.env.DRYDOCK_TABLE) console.log(`| ${bug} | ${seed} (${failure.kind}) |`)
    return failure.kind
  }
  return undefined
}

describe("a bug planted in membership is found", { timeout: 300_000 }, () => {
  it("IDs of members that are given again once their node is none any more", () => {
    expect(find("members' IDs are given again")).toMatch(/membership|assertion/)
  })

  it("nodes that were removed and come back as if nothing had been", () => {
    expect(find("removed nodes are let in")).toBe("membership")
  })

  it("a group that is changed without asking who is there", () => {
    expect(find("everybody counts as alive")).toMatch(/membership|eventually/)
  })

  it("managers that are taken off the list while they are members", () => {
    expect(find("managers can be removed")).toBeTypeOf("string")
  })

  it("nodes that do not become what the managers want of them", () => {
    vi.spyOn(Renewal.prototype, "wanted").mockReturnValue()
    expect(find("nobody is promoted")).toBe("eventually")
  })
})
