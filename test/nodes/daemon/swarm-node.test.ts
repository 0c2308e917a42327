import { swarmNodeContract } from "../node/contract.ts"
import { LiveWorld, until } from "./live-world.ts"

swarmNodeContract("a live platform", {
  patient: false,
  makeWorld: async (count) => {
    const world = new LiveWorld(count)
    await world.start()
    return {
      machines: world.machines.map((machine) => ({
        name: machine.name,
        remote: `${machine.address}:2377`,
        addresses: { listenAddr: `${machine.address}:2377`, advertiseAddr: machine.address },
        node: () => (machine.isUp ? machine.daemon.node : undefined),
        crash: () => machine.crash(),
        start: () => machine.start(),
      })),
      until,
      end: () => world.end(),
    }
  },
})
