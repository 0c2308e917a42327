import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { ignoredText } from "../../compose/index.ts"
import { convert, load } from "./helper.ts"

const example = (name: string) => readFileSync(new URL(`../../examples/${name}.yml`, import.meta.url), "utf8")

describe("the examples", () => {
  it.each([
    ["voting-app", ["shop_db", "shop_redis", "shop_result", "shop_vote", "shop_worker"]],
    ["rolling-web", ["shop_cache", "shop_web"]],
    ["agents", ["shop_agent", "shop_tidy"]],
    ["batch", ["shop_dashboard", "shop_worker"]],
  ])("%s deploys without a word", (name, services) => {
    const loaded = load(example(name))
    expect(loaded.warnings).toEqual([])
    expect(ignoredText(loaded.ignored)).toBe("")
    expect(convert(example(name)).services.map((spec) => spec.Name)).toEqual(services)
  })

  it("the voting app is two votes, one database on a manager with its volume, and two networks", () => {
    const specs = convert(example("voting-app"))
    const spec = (name: string) => specs.services.find((service) => service.Name === name)
    expect(specs.networks.map(({ name }) => name)).toEqual(["shop_backend", "shop_frontend"])
    expect(spec("shop_vote")).toMatchObject({
      Mode: { Replicated: { Replicas: 2 } },
      UpdateConfig: { Parallelism: 2 },
      EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 5000 }] },
    })
    expect(spec("shop_db")?.TaskTemplate).toMatchObject({
      ContainerSpec: {
        Image: "postgres:15-alpine",
        Env: ["POSTGRES_PASSWORD=postgres", "POSTGRES_USER=postgres"],
        Mounts: [{ Type: "volume", Source: "shop_db-data", Target: "/var/lib/postgresql/data" }],
      },
      Placement: { Constraints: ["node.role == manager"] },
      Networks: [{ Target: "shop_backend", Aliases: ["db"] }],
    })
  })
})
