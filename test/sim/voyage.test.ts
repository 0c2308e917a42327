import { beforeEach, describe, expect, it } from "vitest"
import { seconds } from "../../core/instant.ts"
import { Cluster, RequestRefused, TookTooLong } from "../../sim/index.ts"

const votingApp = { path: "examples/voting-app.yml" }

let cluster: Cluster

beforeEach(() => {
  cluster = new Cluster({ seed: "voyage" })
})

const placesOf = (service?: string): ReadonlyArray<string> =>
  cluster
    .running(service)
    .map((task) => `${task.ServiceID}#${task.Slot} on ${cluster.machineOf(task)} is ${task.ID}`)
    .sort()

const machinesOf = (service?: string) => cluster.running(service).map((task) => cluster.machineOf(task))

/** A worker that runs something. */
const busyWorker = (): string => {
  const busy = machinesOf().find((name) => name?.startsWith("worker"))
  if (busy === undefined) throw new Error("no worker runs anything")
  return busy
}

describe("a simulated swarm", () => {
  it("elects a leader and lets every machine join within three seconds", () => {
    const fresh = new Cluster({ seed: "fresh", cold: true })
    expect(fresh.converge({ within: seconds(3) })).toBeLessThan(seconds(3))
    expect(fresh.nodes().map((node) => node.Status.State)).toEqual(Array(6).fill("ready"))
  })

  it("runs the voting app: two votes, one of each other service, the database on a manager", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge({ within: seconds(30) })
    const running = new Map(cluster.services().map((s) => [s.Spec.Name, cluster.running(s.Spec.Name).length]))
    expect(Object.fromEntries(running)).toEqual({
      shop_db: 1,
      shop_redis: 1,
      shop_result: 1,
      shop_vote: 2,
      shop_worker: 1,
    })
    expect(machinesOf("shop_db")[0]).toMatch(/^manager/)
  })

  it("deployed a second time with the same file restarts nothing", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const before = placesOf()
    cluster.deploy(votingApp, "shop")
    cluster.run(seconds(60))
    expect(placesOf()).toEqual(before)
  })

  it("forgets a stack that is removed: services, tasks and networks go", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    cluster.removeStack("shop")
    cluster.runUntil(() => cluster.tasks().length === 0, { within: seconds(60), what: "the end of the tasks" })
    expect(cluster.services()).toEqual([])
    const networks = cluster.request({ op: "network.list", filters: {} })
    expect(networks).toMatchObject([{ Name: "ingress" }])
  })
})

describe("when the leader crashes", () => {
  it("another manager leads within two seconds, other managers' APIs say so, and no task moves but the dead machine's", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const old = cluster.leader() ?? ""
    const before = placesOf().filter((place) => !place.includes(`on ${old} `))
    cluster.crash(old)
    const took = cluster.runUntil(() => cluster.leader() !== undefined, { within: seconds(2) })
    expect(took).toBeLessThan(seconds(2))

    const other = ["manager1", "manager2", "manager3"].find((name) => name !== old && name !== cluster.leader()) ?? ""
    const nodes = cluster.request({ op: "node.list", filters: {} }, { at: other })
    expect(nodes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Description: expect.objectContaining({ Hostname: cluster.leader() }),
          ManagerStatus: expect.objectContaining({ Leader: true }),
        }),
      ]),
    )
    cluster.run(seconds(10))
    const after = placesOf().filter((place) => !place.includes(`on ${old} `))
    expect(after).toEqual(before)
  })

  it("a manager that comes back follows, and holds the same objects", () => {
    cluster.deploy(votingApp, "shop")
    const old = cluster.leader() ?? ""
    cluster.crash(old)
    cluster.run(seconds(90))
    cluster.start(old)
    cluster.converge()
    cluster.run(seconds(2))
    expect(cluster.leader()).not.toBe(old)
    const byId = (a: { readonly ID: string }, b: { readonly ID: string }) => (a.ID < b.ID ? -1 : 1)
    expect([...cluster.nodes(old)].sort(byId)).toEqual([...cluster.nodes()].sort(byId))
    expect([...cluster.services(old)].sort(byId)).toEqual([...cluster.services()].sort(byId))
  })

  it("requests that came in while nobody led are answered by the next leader", () => {
    const old = cluster.leader() ?? ""
    const other = ["manager1", "manager2", "manager3"].find((name) => name !== old) ?? ""
    cluster.crash(old)
    cluster.run(300)
    expect(cluster.leader()).toBeUndefined()
    const spec = {
      Name: "late",
      TaskTemplate: { ContainerSpec: { Image: "nginx" } },
      Mode: { Replicated: { Replicas: 1 } },
    }
    cluster.request({ op: "service.create", spec }, { at: other, within: seconds(5) })
    expect(cluster.service("late").Spec.Name).toBe("late")
  })

  it("without a quorum, requests fail in Swarm's words after ten seconds, and what runs goes on running", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const [survivor, ...rest] = ["manager1", "manager2", "manager3"]
    for (const name of rest) cluster.crash(name)
    cluster.run(seconds(15))
    const started = cluster.now
    expect(() => cluster.request({ op: "service.list", filters: {}, status: false }, { at: survivor ?? "" })).toThrow(
      "The swarm does not have a leader",
    )
    expect(cluster.now - started).toBeLessThan(seconds(20))
    for (const name of rest) cluster.start(name)
    cluster.converge({ within: seconds(60) })
  })
})

describe("when a worker crashes", () => {
  it("it is down after 13.5 to 16.5 seconds, and its tasks are replaced elsewhere", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const victim = busyWorker()
    cluster.run(seconds(7))
    cluster.crash(victim)
    const took = cluster.runUntil(() => cluster.node(victim).Status.State === "down", { within: seconds(20) })
    // The last heartbeat came up to 5.5 s before the crash.
    expect(took).toBeGreaterThan(seconds(8))
    expect(took).toBeLessThan(seconds(17))
    cluster.converge({ within: seconds(30) })
    expect(machinesOf()).not.toContain(victim)
    expect(cluster.running("shop_vote")).toHaveLength(2)
  })

  it("nothing moves back when it returns, and its old containers do not run beside their replacements", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const victim = busyWorker()
    cluster.crash(victim)
    cluster.run(seconds(40))
    const before = placesOf()
    cluster.start(victim)
    cluster.run(seconds(60))
    expect(cluster.node(victim).Status.State).toBe("ready")
    expect(placesOf()).toEqual(before)
    const running = cluster.world
      .host(victim)
      ?.engine.containers()
      .filter((c) => c.State.Status === "running")
    expect(running).toEqual([])
  })
})

describe("availability", () => {
  it("drain moves the tasks away, and active again does not bring them back", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const victim = busyWorker()
    cluster.drain(victim)
    cluster.converge({ within: seconds(60) })
    expect(machinesOf()).not.toContain(victim)
    cluster.activate(victim)
    cluster.run(seconds(30))
    expect(machinesOf()).not.toContain(victim)
  })

  it("pause keeps what runs and takes nothing new", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const victim = busyWorker()
    const before = placesOf().filter((place) => place.includes(`on ${victim} `))
    cluster.pause(victim)
    cluster.scale("shop_vote", 20)
    cluster.converge({ within: seconds(60) })
    expect(placesOf().filter((place) => place.includes(`on ${victim} `))).toEqual(before)
  })
})

describe("the library", () => {
  it("throws what the cluster refuses, with Docker's status and words", () => {
    const spec = { Name: "web", TaskTemplate: { ContainerSpec: { Image: "nginx" } } }
    cluster.createService(spec)
    const again = () => cluster.createService(spec)
    expect(again).toThrow(RequestRefused)
    expect(again).toThrow("name conflicts with an existing object: service web already exists")
  })

  it("says what it waited for, the seed and the last events when that does not come", () => {
    const waiting = () => cluster.runUntil(() => false, { within: seconds(1), what: "the impossible" })
    expect(waiting).toThrow(TookTooLong)
    expect(waiting).toThrow(/the impossible did not come within 1000 ms; seed voyage\n.*joined/s)
  })

  it("names the machines there are when asked for one that there is not", () => {
    expect(() => cluster.crash("worker9")).toThrow("no machine worker9; there are manager1, manager2")
  })

  it("refuses a stack file with every error's place", () => {
    const text = "services:\n  web:\n    image: nginx\n    replica: 2\n"
    expect(() => cluster.deploy({ text }, "shop")).toThrow(/:4:5: .*replica/)
  })
})

describe("a node that was removed", () => {
  it("is not let in again, not by the next leader either, and its tasks run elsewhere", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const victim = busyWorker()
    cluster.request({ op: "node.remove", name: victim, force: true })
    cluster.runUntil(() => cluster.running().length === 6, { what: "replacements" })
    cluster.crash(cluster.leader() ?? "")
    cluster.run(seconds(60))
    expect(cluster.nodes().map((node) => node.Description.Hostname)).not.toContain(victim)
    expect(machinesOf()).not.toContain(victim)
  })
})

describe("the tasks of a stack", () => {
  it("are found by its label while they shut down, though its services are gone", () => {
    cluster.deploy(votingApp, "shop")
    cluster.converge()
    const filters = { label: ["com.docker.stack.namespace=shop"] }
    cluster.removeStack("shop")
    expect(cluster.request({ op: "task.list", filters })).toHaveLength(6)
    cluster.run(seconds(30))
    expect(cluster.request({ op: "task.list", filters })).toEqual([])
  })
})
