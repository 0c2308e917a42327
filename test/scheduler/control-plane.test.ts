import { describe, expect, it } from "vitest"
import { Random } from "../../core/random.ts"
import { ClusterStore } from "../../core/store/store.ts"
import { ControlPlane } from "../../scheduler/control-plane.ts"
import { firstSpecVersion } from "../../scheduler/orchestrator/spec-versions.ts"
import { ms, replicas, serviceSpec, World } from "./world.ts"

describe("the control plane", () => {
  it("turns a service into tasks with addresses and nodes in one transaction", () => {
    const world = new World()
    world.nodes(2)
    world.network("front")
    const changes = world.cycle((tx) =>
      tx.create("services", {
        ID: "web",
        Spec: serviceSpec("web", {
          ...replicas(2),
          TaskTemplate: { ContainerSpec: {}, Networks: [{ Target: "front" }] },
        }),
        SpecVersion: firstSpecVersion,
        Endpoint: {},
      }),
    )
    expect(changes.map(({ table }) => table).sort()).toEqual(["services", "specs", "tasks", "tasks"])
    for (const task of world.tasks("web")) {
      expect(task).toMatchObject({ Status: { State: "assigned" }, NetworksAttachments: [{ NetworkID: "front" }] })
    }
  })

  it("wants another cycle while a loop has not seen what a later one wrote, and none after that", () => {
    const store = new ClusterStore()
    const plane = new ControlPlane({ random: new Random(1) })
    const tx = store.begin(0)
    expect(plane.pending()).toBe(false)
    tx.create("services", { ID: "web", Spec: serviceSpec("web"), SpecVersion: firstSpecVersion, Endpoint: {} })
    plane.turn(0, tx)
    expect(plane.pending()).toBe(true)
    store.apply(tx.changeSet(), 1)
    const next = store.begin(1)
    plane.turn(1, next)
    expect(plane.pending()).toBe(false)
    expect(next.changeSet()).toEqual([])
  })

  it("says when its next timer is due, and does what is due then and not before", () => {
    const world = new World()
    world.nodes(1)
    world.behaviours.set("crash", { exit: { after: 100, code: 1 } })
    const id = world.create("web", {
      TaskTemplate: { ContainerSpec: { Image: "crash" }, RestartPolicy: { Delay: ms(7_000) } },
    })
    world.run(1_000)
    expect(world.nextWake).toBe(world.start + 300 + 7_000)
    world.now = world.start + 7_299
    expect(world.cycle()).toEqual([])
    world.now = world.start + 7_300
    expect(world.cycle()).toHaveLength(1)
    expect(world.tasks(id).map((t) => t.DesiredState)).toEqual(["shutdown", "running"])
  })

  it("answers a thousand requests in one entry", () => {
    const world = new World()
    world.nodes(3)
    const commits = world.commits
    world.cycle((tx) => {
      for (let i = 0; i < 1_000; i++) {
        tx.create("services", { ID: `s${i}`, Spec: serviceSpec(`s${i}`), SpecVersion: firstSpecVersion, Endpoint: {} })
      }
    })
    expect(world.commits - commits).toBe(1)
    expect([...world.store.all("tasks")].filter((t) => t.Status.State === "assigned")).toHaveLength(1_000)
    const perNode = world.store.find("tasks", "node", "node1").length
    expect([333, 334]).toContain(perNode)
  })
})
