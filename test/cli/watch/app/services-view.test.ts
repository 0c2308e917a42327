import { describe, expect, it } from "vitest"
import { render } from "../../../../cli/watch/app/render.ts"
import { opening, type State } from "../../../../cli/watch/app/state.ts"
import { plainText } from "../../../../cli/watch/text.ts"
import type { Service } from "../../../../core/model/service.ts"
import type { ClusterStatus } from "../../../../nodes/status.ts"
import { service, task, votingApp } from "../fixture.ts"
import { press } from "./screen.ts"

const size = { columns: 120, rows: 24 }
const lines = (state: State): ReadonlyArray<string> => render(state).map((line) => plainText(line).trimEnd())
const show = (status: ClusterStatus, ...keys: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines(press(opening({ size, unicode: true, status, view: "services" }), keys))

const checked = (one: Service): Service => ({
  ...one,
  Spec: {
    ...one.Spec,
    TaskTemplate: { ContainerSpec: { Image: "web", Healthcheck: { Test: ["CMD-SHELL", "true"] } } },
  },
})

describe("the services view", () => {
  it("puts the services of a stack under its name, with their numbers in all; those of none come last", () => {
    const drawn = show(votingApp())
    const at = (text: string) => drawn.findIndex((line) => line.includes(text))
    expect(drawn[at(" voting  ")]).toContain("5 services  4/8  1 updating")
    expect(drawn[at("no stack")]).toContain("1 service  3/3")
    expect(at(" voting  ")).toBeLessThan(at("voting_db"))
    expect(at("voting_worker")).toBeLessThan(at("no stack"))
    expect(at("no stack")).toBeLessThan(at("agent"))
  })

  it("has no headings where there are no stacks", () => {
    const drawn = show(votingApp({ services: [service("a", "x"), service("b", "y")] }))
    expect(drawn.join("\n")).not.toContain("no stack")
  })

  it("counts the tasks that are healthy, that are not yet, and those whose last container was not", () => {
    const status = votingApp({
      services: [checked(service("web", "web", { replicas: 4 })), service("plain", "x")],
      tasks: [
        task("web", 1, "manager1", "running"),
        task("web", 2, "manager2", "running"),
        task("web", 3, "worker1", "starting"),
        task("web", 4, "worker1", "failed", { desired: "shutdown", Err: "task: unhealthy container" }),
        task("web", 4, "worker1", "ready", { desired: "ready" }),
        task("plain", 1, "worker1", "running"),
      ],
    })
    const drawn = show(status)
    expect(drawn.find((line) => line.includes("■ web"))).toContain("2/4  2 ok 1 starting 1 unhealthy")
    expect(drawn.find((line) => line.includes("■ plain"))).not.toContain("ok")
    expect(drawn.find((line) => line.includes("SERVICES"))).toContain("HEALTH")
    expect(show(votingApp()).join("\n")).not.toContain("HEALTH")
  })

  it("draws only what is on the screen, the stack's name always above its services", () => {
    const services = Array.from({ length: 3_000 }, (_, i) =>
      service(`s${i}`, "image", { stack: `stack${Math.floor(i / 300)}` }),
    )
    const status = votingApp({ services, tasks: [] })
    const drawn = show(status, "G")
    expect(drawn.length).toBeLessThan(size.rows)
    expect(drawn[2]).toContain("3000/3000")
    expect(drawn[3]).toContain("stack9  300 services")
    expect(drawn.filter((line) => line.includes("stack9_")).length).toBe(size.rows - 6)
    expect(drawn.some((line) => line.startsWith("▸■ stack9_"))).toBe(true)
    const middle = show(status, ...Array.from({ length: 40 }, () => "pagedown"))
    expect(middle[3]).toMatch(/^ stack\d {2}300 services/)
  })

  it("finds the services of a stack by its name", () => {
    const drawn = show(votingApp(), "/", "v", "o", "t", "i", "n", "g", "enter")
    expect(drawn.join("\n")).not.toContain("agent")
    expect(drawn.filter((line) => line.includes("■ voting_"))).toHaveLength(5)
  })
})
