import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { seconds } from "../../core/instant.ts"
import type { ServiceSpec } from "../../core/model/service.ts"
import type { ControlRequest } from "../../nodes/manager/control/request.ts"
import { Cluster } from "../../sim/index.ts"

/** What is done to the cluster, at random instants. `n` picks a machine or a service, as the kind of act needs. */
type Act = { readonly after: number; readonly kind: (typeof kinds)[number]; readonly n: number }

const kinds = [
  "crash",
  "start",
  "cut",
  "heal",
  "isolate",
  "drain",
  "pause",
  "activate",
  "scale",
  "update",
  "create",
  "remove",
] as const

const act: fc.Arbitrary<Act> = fc.record({
  after: fc.nat(9_000),
  kind: fc.constantFrom(...kinds),
  n: fc.nat(100),
})

const runs = Number(process.env.DRYDOCK_SEEDS ?? 40)

type Request = Exclude<Act["kind"], "crash" | "start" | "cut" | "isolate" | "heal">

function specOf(n: number): ServiceSpec {
  const mode = n % 5 === 0 ? { Global: {} } : { Replicated: { Replicas: n % 7 } }
  return {
    Name: `service${n % 6}`,
    TaskTemplate: { ContainerSpec: { Image: `nginx:${n % 3}` }, RestartPolicy: { Delay: (n % 4) * 1e9 } },
    Mode: mode,
    UpdateConfig: { Parallelism: n % 3, Delay: 1e9, Monitor: 1e9 },
  }
}

function perform(cluster: Cluster, { kind, n }: Act): void {
  const { hosts } = cluster.world
  const host = hosts[n % hosts.length]?.name ?? ""
  const other = hosts[(n + 1 + (n % 3)) % hosts.length]?.name ?? ""
  if (kind === "crash") cluster.crash(host)
  else if (kind === "start") cluster.start(host)
  else if (kind === "cut") cluster.cut(host, other)
  else if (kind === "isolate") cluster.isolate(host)
  else if (kind === "heal") cluster.heal()
  else {
    // Requests are sent and forgotten: whether they succeed is not what this is about.
    const request = requestFor(cluster, kind, n)
    const manager = cluster.world.managers.find((candidate) => candidate.running)
    if (request) manager?.request(request, () => {})
  }
}

const availabilities = { drain: "drain", pause: "pause", activate: "active" } as const

function requestFor(cluster: Cluster, kind: Request, n: number): ControlRequest | undefined {
  if (kind === "create") return { op: "service.create", spec: specOf(n) }
  const store = cluster.world.bestInformed()?.manager?.store
  if (kind === "drain" || kind === "pause" || kind === "activate") {
    const node = store?.get("nodes", cluster.world.hosts[n % cluster.world.hosts.length]?.nodeId ?? "")
    const Availability = availabilities[kind]
    return (
      node && { op: "node.update", name: node.ID, version: node.Version.Index, spec: { ...node.Spec, Availability } }
    )
  }
  const service = store?.find("services", "name", `service${n % 6}`)[0]
  if (!service) return undefined
  if (kind === "remove") return { op: "service.remove", name: service.ID }
  const { Mode, ...rest } = kind === "scale" ? service.Spec : specOf(n)
  const scaled = kind === "scale" && Mode?.Replicated ? { Replicated: { Replicas: n % 9 } } : service.Spec.Mode
  const spec = { ...rest, ...(scaled && { Mode: scaled }) }
  return { op: "service.update", name: service.ID, version: service.Version.Index, spec, rollback: false }
}

/** The containers that really run, by the task each belongs to. */
function runningContainers(cluster: Cluster): ReadonlyArray<string> {
  return cluster.world.hosts
    .flatMap((host) => (host.running ? host.engine.containers() : []))
    .filter((container) => container.State.Status === "running")
    .map((container) => container.Request.labels["com.docker.swarm.task.id"] ?? "")
    .sort()
}

describe("after whatever was done to machines, links, nodes and services", () => {
  it("a healed cluster runs what its services ask for, no more and no less, and every manager knows the same", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.array(act, { minLength: 5, maxLength: 40 }), (seed, acts) => {
        // Every other story has snapshots all along.
        const raftLimits = seed % 2 === 0 ? {} : { snapshotInterval_entries: 10, tail_entries: 3 }
        const cluster = new Cluster({ seed, raftLimits })
        for (let n = 0; n < 3; n++) cluster.createService(specOf(n * 11))
        for (const each of acts) {
          cluster.run(each.after)
          perform(cluster, each)
        }
        cluster.heal()
        for (const host of cluster.world.hosts) cluster.start(host.name)
        cluster.run(seconds(5))
        for (const { ID } of cluster.nodes()) cluster.activate(ID)
        cluster.converge({ within: seconds(180) })
        cluster.run(seconds(60))

        expect(cluster.converged()).toBe(true)
        const wanted = cluster.tasks().filter((task) => task.DesiredState === "running")
        expect(runningContainers(cluster)).toEqual(wanted.map((task) => task.ID).sort())
        const slots = wanted.map((task) => `${task.ServiceID} ${task.Slot ?? task.NodeID}`)
        expect(new Set(slots).size).toBe(slots.length)
        const byId = (a: { readonly ID: string }, b: { readonly ID: string }) => (a.ID < b.ID ? -1 : 1)
        const [first, ...others] = cluster.world.managers.map((host) => host.manager?.store)
        for (const table of ["nodes", "services", "specs", "tasks", "networks"] as const) {
          const objects = (store: typeof first) => [...(store?.all(table) ?? [])].sort(byId)
          for (const store of others) expect(objects(store)).toEqual(objects(first))
        }
      }),
      { numRuns: runs },
    )
  })
})
