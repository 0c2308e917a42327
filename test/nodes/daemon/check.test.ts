import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { checkHost, type Finding } from "../../../nodes/daemon/check.ts"
import type { DaemonConfig } from "../../../nodes/daemon/config.ts"

let folder = ""
const servers: Array<Server> = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drydock-check-"))
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  rmSync(folder, { recursive: true, force: true })
})

const check = (config: Partial<DaemonConfig> = {}): Promise<ReadonlyArray<Finding>> =>
  Effect.runPromise(
    checkHost({
      dataDir: join(folder, "data"),
      apiHosts: [{ type: "unix", path: join(folder, "api.sock") }],
      insecure: false,
      hostNames: [],
      engine: { type: "simulated" },
      listenAddr: { host: "127.0.0.1", port: 0 },
      advertiseAddr: "127.0.0.1",
      publishAddr: "127.0.0.1",
      logLevel: "info",
      logFormat: "text",
      ...config,
    }),
  )

const engine = async (info: object, version = "20.10.24"): Promise<DaemonConfig["engine"]> => {
  const socketPath = join(folder, "engine.sock")
  const server = createServer((request, response) => {
    response.end(JSON.stringify(request.url === "/info" ? info : { Version: version, ApiVersion: "1.41" }))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return { type: "docker", socketPath }
}

const missing = (findings: ReadonlyArray<Finding>) =>
  findings.filter(({ verdict }) => verdict === "missing").map(({ what, mend }) => `${what} -> ${mend}`)

describe("what a host needs", () => {
  it("is there, and nothing is missing", async () => {
    const good = { Swarm: { LocalNodeState: "inactive" }, IPv4Forwarding: true, BridgeNfIptables: true }
    expect(missing(await check({ engine: await engine(good) }))).toEqual([])
  })

  it("is an engine that answers", async () => {
    const none = missing(await check({ engine: { type: "docker", socketPath: join(folder, "none") } }))
    expect(none[0]).toMatch(/no engine answers .* -> install Docker and start dockerd/)
  })

  it("is an engine whose own swarm mode is off, on a host that forwards", async () => {
    const found = missing(
      await check({ engine: await engine({ Swarm: { LocalNodeState: "active" }, IPv4Forwarding: false }) }),
    )
    expect(found).toMatchObject([
      expect.stringMatching(/own swarm mode is active.* -> .*docker swarm leave --force/),
      expect.stringMatching(/does not forward IPv4.* -> sysctl -w net.ipv4.ip_forward=1/),
    ])
  })

  it("is not too old an engine, which is only said", async () => {
    const findings = await check({ engine: await engine({}, "19.03.1") })
    expect(findings).toContainEqual(
      expect.objectContaining({ verdict: "warning", what: expect.stringContaining("19.03.1") }),
    )
    expect(missing(findings)).toEqual([])
  })

  it("is a data folder that can be written, and ports that are free", async () => {
    const server = createServer()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address: AddressInfo | string | null = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const found = missing(await check({ dataDir: "/proc/nosuch/data", listenAddr: { host: "127.0.0.1", port } }))
    expect(found).toMatchObject([
      expect.stringMatching(/the data folder \/proc\/nosuch\/data cannot be written/),
      expect.stringContaining("somebody listens there already"),
    ])
  })
})
