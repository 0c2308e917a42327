import { once } from "node:events"
import { createServer, type Server } from "node:net"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { httpEngine } from "../../../cli/client/http.ts"
import type { Swarm } from "../../../cli/client/types.ts"
import { ResponseError } from "../../../cli/errors.ts"
import type { Info } from "../../../cli/system/server-info.ts"
import { LiveWorld, until } from "./live-world.ts"

const world = new LiveWorld(3)
beforeAll(() => world.start(), 30_000)
afterAll(() => world.end(), 30_000)

const machine = (at: number) => {
  const found = world.machines[at]
  if (!found) throw new Error(`no machine ${at}`)
  return found
}
const engine = (at: number) => httpEngine(machine(at).host, "test")
const init = (ListenAddr = "0.0.0.0:2377") => engine(0).post("/swarm/init", { body: { ListenAddr, Spec: {} } })
const join = async (at: number, role: "Manager" | "Worker") => {
  const { JoinTokens } = await engine(0).get<Swarm>("/swarm")
  const RemoteAddrs = [`${machine(0).address}:2377`]
  await engine(at).post("/swarm/join", {
    body: { ListenAddr: "0.0.0.0:2377", RemoteAddrs, JoinToken: JoinTokens[role] },
  })
}
const state = async (at: number) => (await engine(at).get<Info>("/info")).Swarm?.LocalNodeState

let taken: Server | undefined
const take = async (host: string, port: number) => {
  taken = createServer().listen(port, host)
  await once(taken, "listening")
}
const release = async () => {
  const server = taken
  taken = undefined
  if (server) await new Promise((resolve) => server.close(resolve))
}
afterEach(release)

const refusal = (why: string) =>
  new ResponseError(500, `manager stopped: failed to listen on remote API address: ${why}`)

describe("a machine whose port for other nodes is taken", () => {
  it("refuses to begin a swarm, belongs to none, and begins one once the port is free", async () => {
    const { address } = machine(0)
    await take(address, 2377)
    await expect(init()).rejects.toEqual(refusal(`listen tcp ${address}:2377: bind: address already in use`))
    expect(await state(0)).toBe("inactive")
    expect(machine(0).daemon.node.identity).toBeUndefined()
    await release()
    const elsewhere = "listen tcp 192.0.2.1:2377: bind: cannot assign requested address"
    await expect(init("192.0.2.1:2377")).rejects.toEqual(refusal(elsewhere))
    await init()
    expect(await state(0)).toBe("active")
  }, 30_000)

  it("cannot join as a manager, but as a worker, who is called by nobody", async () => {
    const { address } = machine(1)
    await take(address, 2377)
    await expect(join(1, "Manager")).rejects.toEqual(
      refusal(`listen tcp ${address}:2377: bind: address already in use`),
    )
    expect(await state(1)).toBe("inactive")
    expect(machine(1).daemon.node.identity).toBeUndefined()
    await join(1, "Worker")
    expect(await state(1)).toBe("active")
  }, 30_000)

  it("leaves the managers there a quorum of their own, and joins as a manager later", async () => {
    const { address } = machine(2)
    await take(address, 2377)
    await expect(join(2, "Manager")).rejects.toThrow("address already in use")
    await release()
    await join(2, "Manager")
    const voters = () => machine(0).daemon.node.manager?.status().configuration.voters.length
    await until(() => voters() === 2, 20_000)
    expect(machine(0).daemon.node.leads).toBe(true)
  }, 40_000)
})
