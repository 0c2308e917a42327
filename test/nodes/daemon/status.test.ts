import { afterAll, beforeAll, expect, it } from "vitest"
import { httpEngine } from "../../../cli/client/http.ts"
import type { ClusterStatus } from "../../../nodes/status.ts"
import { LiveWorld, until } from "./live-world.ts"

const world = new LiveWorld(2)
beforeAll(() => world.start(), 30_000)
afterAll(() => world.end(), 30_000)

const engine = (at: number) => httpEngine(world.machines[at]?.host ?? "", "test")
const status = (at: number) => engine(at).get<ClusterStatus>("/drydock/status")

it("a machine without a swarm has no cluster to show", async () => {
  await expect(status(0)).rejects.toThrow("This node is not a swarm manager.")
})

it("a manager shows the cluster, its own member and what it knows of the others", async () => {
  const body = { ListenAddr: "0.0.0.0:2377", AdvertiseAddr: world.machines[0]?.address, Spec: {} }
  await engine(0).post("/swarm/init", { body })
  const { JoinTokens } = await engine(0).get<{ readonly JoinTokens: { readonly Manager: string } }>("/swarm")
  const join = { ListenAddr: "0.0.0.0:2377", RemoteAddrs: [`${world.machines[0]?.address}:2377`] }
  await engine(1).post("/swarm/join", { body: { ...join, JoinToken: JoinTokens.Manager } })
  await until(() => world.machines[0]?.daemon.node.manager?.status().configuration.voters.length === 2, 20_000)

  const seen = await status(0)
  expect(seen.nodes).toHaveLength(2)
  expect(seen.simulation).toBeUndefined()
  const [own, other] = [seen.managers.find(({ partial }) => !partial), seen.managers.find(({ partial }) => partial)]
  expect(own).toMatchObject({ name: "machine0", role: "leader", running: true })
  expect(own?.log?.at(-1)?.index).toBe(own?.lastIndex)
  expect(own?.followers?.map(({ id }) => id)).toHaveLength(1)
  expect(other).toMatchObject({ name: "machine1", role: "follower", running: true })
  expect(seen.events.map(({ text }) => text)).toContain("machine0 leads in term 1")
  expect(seen.events.some(({ kind, index }) => kind === "node" && index !== undefined)).toBe(true)
}, 40_000)
