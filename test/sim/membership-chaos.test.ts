import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { seconds } from "../../core/instant.ts"
import { roleOf } from "../../core/model/node.ts"
import { Cluster, type Host } from "../../sim/index.ts"
import { isNeeded } from "../../sim/orchestration/change-swarm.ts"

type Act = { readonly after: number; readonly kind: (typeof kinds)[number]; readonly n: number }

const kinds = [
  "join manager",
  "join worker",
  "leave",
  "leave by force",
  "promote",
  "promote",
  "demote",
  "demote",
  "remove node",
  "crash",
  "start",
  "start",
  "cut",
  "heal",
  "heal",
  "scale",
  "rotate root",
] as const

const act: fc.Arbitrary<Act> = fc.record({ after: fc.nat(6_000), kind: fc.constantFrom(...kinds), n: fc.nat(100) })

const runs = Number(process.env.DRYDOCK_SEEDS ?? 40)
/** DRYDOCK_SEED: where the stories begin, as a failure tells it. Others each time without. */
const { DRYDOCK_SEED } = process.env
const begin = DRYDOCK_SEED === undefined ? {} : { seed: Number(DRYDOCK_SEED) }

/** What must hold after every step of any manager, whatever is done to the swarm. */
class Watch {
  readonly #leaders = new Map<number, string>()
  readonly #members = new Map<number, string>()
  readonly #nodes = new Map<string, string>()

  constructor(cluster: Cluster) {
    cluster.world.observe((host, output) => {
      if (output.type === "role" && output.role === "leader")
        this.#once(this.#leaders, output.term, host.nodeId, "leads term")
      if (host.manager) this.#once(this.#members, host.manager.raftId, host.nodeId, "is member")
      if (host.nodeId !== "") this.#once(this.#nodes, host.nodeId, host.name, "is node")
    })
  }

  #once<K>(seen: Map<K, string>, key: K, who: string, what: string): void {
    const before = seen.get(key)
    if (before !== undefined && before !== who) throw new Error(`${who} ${what} ${key}, and so does ${before}`)
    seen.set(key, who)
  }
}

/** Asks without waiting: whether it succeeds is not what this is about. */
function perform(cluster: Cluster, { kind, n }: Act): void {
  const { hosts } = cluster.world
  const host = hosts[n % hosts.length]
  const other = hosts[(n + 1 + (n % 3)) % hosts.length]
  if (host === undefined || other === undefined) return
  const manager = cluster.world.managers.find((one) => one.manager?.isMember === true)
  if (kind === "crash") cluster.crash(host.name)
  else if (kind === "start") cluster.start(host.name)
  else if (kind === "cut") cluster.cut(host.name, other.name)
  else if (kind === "heal") cluster.heal()
  else if (kind === "leave") host.node?.leave(false, () => {})
  // Who leaves by force may take the swarm along; that is another story.
  else if (kind === "leave by force" && !isNeeded(cluster, host)) host.node?.leave(true, () => {})
  else if (kind === "join manager" || kind === "join worker") {
    if (manager === undefined) return
    const token = cluster.token(kind === "join manager" ? "manager" : "worker")
    const remoteAddrs = [manager.addr]
    host.node?.join({ listenAddr: "", advertiseAddr: "", remoteAddrs, token, availability: "active" }, () => {})
  } else if (manager) ask(manager, kind, n)
}

function ask(manager: Host, kind: Act["kind"], n: number): void {
  const store = manager.manager?.store
  const nodes = [...(store?.all("nodes") ?? [])]
  const node = nodes[n % Math.max(1, nodes.length)]
  const [swarm] = store?.all("clusters") ?? []
  if (kind === "scale") {
    const [service] = store?.all("services") ?? []
    if (service === undefined) return
    const spec = { ...service.Spec, Mode: { Replicated: { Replicas: n % 9 } } }
    const { ID: name, Version } = service
    manager.request({ op: "service.update", name, version: Version.Index, spec, rollback: false }, () => {})
  } else if (kind === "rotate root" && swarm) {
    const spec = { ...swarm.Spec, CAConfig: { ...swarm.Spec.CAConfig, ForceRotate: n } }
    const none = { rotateWorkerToken: true, rotateManagerToken: false, rotateUnlockKey: false }
    manager.node?.update({ version: swarm.Version.Index, spec, ...none }, () => {})
  } else if (node && kind === "remove node") {
    manager.request({ op: "node.remove", name: node.ID, force: n % 2 === 0 }, () => {})
  } else if (node && (kind === "promote" || kind === "demote")) {
    const spec = { ...node.Spec, Role: kind === "promote" ? ("manager" as const) : ("worker" as const) }
    manager.request({ op: "node.update", name: node.ID, version: node.Version.Index, spec }, () => {})
  }
}

const inSwarm = (cluster: Cluster) => {
  const present = new Set(cluster.nodes().map((node) => node.ID))
  return cluster.world.hosts.filter((host) => present.has(host.nodeId))
}

/** Every machine is what the managers say that its node is. */
function agrees(cluster: Cluster): boolean {
  const leader = cluster.world.leader()
  const status = leader?.manager?.status()
  if (leader === undefined || status === undefined || !cluster.converged()) return false
  const nodes = new Map(cluster.nodes().map((node) => [node.ID, node]))
  const members = [...nodes.values()].flatMap((node) => (node.ManagerStatus && node.RaftID ? [node.RaftID] : []))
  const { voters, outgoing, learners } = status.configuration
  if (outgoing.length + learners.length > 0 || String(members.sort()) !== String([...voters].sort())) return false
  return inSwarm(cluster).every((host) => {
    const node = nodes.get(host.nodeId)
    if (node === undefined || node.Status.State !== "ready" || node.Spec.Role !== roleOf(node)) return false
    return host.role === roleOf(node) && (host.manager?.isMember ?? false) === (host.role === "manager")
  })
}

describe("whoever comes, goes, rises and falls, amid crashes and cuts", { timeout: 120_000 }, () => {
  it("one leads a term, no ID is used twice, and a healed swarm agrees on who it is and runs what it should", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.array(act, { minLength: 5, maxLength: 40 }), (seed, acts) => {
        const raftLimits = seed % 2 === 0 ? {} : { snapshotInterval_entries: 10, tail_entries: 3 }
        const cluster = new Cluster({ seed, managers: 3, workers: 3, raftLimits })
        new Watch(cluster)
        cluster.createService({
          Name: "web",
          TaskTemplate: { ContainerSpec: { Image: "nginx" }, RestartPolicy: { Delay: 1e9 } },
          Mode: { Replicated: { Replicas: 5 } },
        })
        for (const each of acts) {
          cluster.run(each.after)
          perform(cluster, each)
        }
        cluster.heal()
        for (const host of cluster.world.hosts) cluster.start(host.name)
        // Who left while nobody led is missed only after a while.
        cluster.run(seconds(60))
        cluster.runUntil(() => agrees(cluster), { within: seconds(300), what: "agreement" })
        cluster.run(seconds(30))
        expect(agrees(cluster)).toBe(true)
        // A machine that was removed may not have been told yet that it is no manager: nobody lets it in to ask.
        const managers = inSwarm(cluster).filter((host) => host.role === "manager")
        const stores = managers.map((host) => host.manager?.store)
        const byId = (a: { readonly ID: string }, b: { readonly ID: string }) => (a.ID < b.ID ? -1 : 1)
        for (const table of ["clusters", "nodes", "services", "tasks"] as const) {
          const objects = (store: (typeof stores)[number]) => [...(store?.all(table) ?? [])].sort(byId)
          for (const store of stores) expect(objects(store)).toEqual(objects(stores[0]))
        }
        const running = inSwarm(cluster)
          .flatMap((host) => host.engine.containers())
          .filter((container) => container.State.Status === "running")
        expect(running).toHaveLength(cluster.tasks().filter((task) => task.DesiredState === "running").length)
      }),
      { numRuns: runs, ...begin },
    )
  })
})
