import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { noLeader } from "../../../core/errors.ts"
import type { LocalView } from "../../../nodes/api/gateway.ts"
import { http } from "./http.ts"
import { type ServeOptions, serve } from "./served.ts"

async function answers(options: ServeOptions, paths: ReadonlyArray<string>) {
  const served = await serve(options)
  const responses = await Promise.all(paths.map((path) => http(served.url, "GET", path)))
  await served.close()
  return responses
}

describe("a machine that is no manager", () => {
  test.each<[string, Partial<LocalView>, string]>([
    [
      "is a worker",
      { manager: false },
      "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.",
    ],
    [
      "is in no swarm",
      { swarm: "inactive", manager: false },
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
    ],
    [
      "is locked",
      { swarm: "locked" },
      'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.',
    ],
    [
      "is becoming one",
      { swarm: "pending" },
      "This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.",
    ],
  ])("because it %s refuses with 503 what is the cluster's", async (_, local, text) => {
    const paths = ["/nodes", "/services", "/services/x", "/tasks", "/secrets", "/configs", "/swarm"]
    for (const response of await answers({ local }, paths)) {
      expect(response).toMatchObject({ status: 503, body: { message: text } })
    }
  })

  test("still tells of itself and its own networks", async () => {
    const [info, networks, network, none] = await answers({ local: { manager: false } }, [
      "/info",
      "/networks",
      "/networks/host",
      "/networks/nosuch",
    ])
    expect(info?.body).toMatchObject({
      Name: "host-m1",
      Swarm: { LocalNodeState: "active", ControlAvailable: false, RemoteManagers: [{ NodeID: "m1" }] },
    })
    expect(info?.body).not.toHaveProperty("Swarm.Nodes")
    expect(networks?.body).toHaveLength(4)
    expect(network?.status).toBe(200)
    expect(none).toMatchObject({ status: 404, body: { message: "network nosuch not found" } })
  })
})

test("a manager without a leader says so, in /info too, and still lists what it has", async () => {
  const gateway = { request: () => Effect.fail(noLeader) }
  const [nodes, info, networks] = await answers({ gateway }, ["/nodes", "/info", "/networks"])
  expect(nodes).toMatchObject({ status: 500, body: { message: noLeader.message } })
  expect(info?.body).toMatchObject({ Swarm: { ControlAvailable: true, Error: noLeader.message } })
  expect(networks?.body).toHaveLength(4)
})

test("/info of a manager tells of the cluster", async () => {
  const [info] = await answers({}, ["/info"])
  expect(info?.body).toMatchObject({
    ServerVersion: "20.10.24",
    NCPU: 4,
    Containers: 1,
    Swarm: { NodeID: "m1", Nodes: 2, Managers: 1, Error: "", Cluster: { ID: "cluster" } },
  })
})

test("a gateway that breaks is a 500 for its caller and nothing for the others", async () => {
  const gateway = { request: () => Effect.die(new Error("broken")) }
  const [nodes, ping] = await answers({ gateway }, ["/nodes", "/_ping"])
  expect(nodes).toMatchObject({ status: 500, body: { message: "internal error" } })
  expect(ping?.status).toBe(200)
})
