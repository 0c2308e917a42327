import { Cluster } from "../../../sim/index.ts"
import { swarmNodeContract } from "./contract.ts"

let worlds = 0

swarmNodeContract("a simulated platform", {
  patient: true,
  makeWorld: async (count) => {
    const cluster = new Cluster({ seed: `contract ${worlds++}`, managers: 0, workers: count })
    return {
      machines: cluster.world.hosts.map((host) => ({
        name: host.name,
        remote: `${host.addr}:2377`,
        node: () => host.node,
        crash: async () => host.crash(),
        start: async () => host.start(),
      })),
      until: async (condition, within) => {
        cluster.runUntil(condition, { within })
      },
      end: async () => {},
    }
  },
})
