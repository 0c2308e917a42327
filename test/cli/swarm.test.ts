import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { processSurroundings } from "../../cli/process.ts"
import { main } from "../../cli/run.ts"
import { simulated, startSimulated } from "../conformance/simulated.ts"
import type { Started } from "../conformance/target.ts"
import { idOf, node } from "./fixtures.ts"
import { drydock, type Routes } from "./helper.ts"

const manager = node("manager1", {
  ManagerStatus: { Leader: true, Reachability: "reachable", Addr: "10.0.0.1:2377" },
})
const swarm = {
  ID: "swarm",
  Version: { Index: 9 },
  Spec: {
    Name: "default",
    Labels: {},
    Orchestration: { TaskHistoryRetentionLimit: 5 },
    Raft: { SnapshotInterval: 10_000 },
    Dispatcher: { HeartbeatPeriod: 5e9 },
    CAConfig: { NodeCertExpiry: 7776e12 },
    TaskDefaults: {},
    EncryptionConfig: { AutoLockManagers: false },
  },
  TLSInfo: { TrustRoot: "-----BEGIN CERTIFICATE-----\nroot\n-----END CERTIFICATE-----\n" },
  JoinTokens: { Worker: "SWMTKN-1-worker", Manager: "SWMTKN-1-manager" },
}
const routes: Routes = {
  "GET /swarm": { body: swarm },
  "POST /swarm/update": {},
  "GET /info": { body: { Swarm: { NodeID: manager.ID, LocalNodeState: "active", ControlAvailable: true } } },
  [`GET /nodes/${manager.ID}`]: { body: manager },
  "POST /swarm/init": { body: manager.ID },
  "GET /swarm/unlockkey": { body: { UnlockKey: "SWMKEY-1-abc" } },
}

describe("swarm", () => {
  it("init says how others join, and asks for what was said", async () => {
    const { stdout, seen } = await drydock(
      "swarm init --advertise-addr 10.0.0.1 --listen-addr :3000 --availability drain --autolock --task-history-limit 2 --default-addr-pool 10.20.0.0/16,10.30.0.0/16".split(
        " ",
      ),
      routes,
    )
    expect(stdout).toContain(`Swarm initialized: current node (${idOf("manager1")}) is now a manager.\n\n`)
    expect(stdout).toContain("    drydock swarm join --token SWMTKN-1-worker 10.0.0.1:2377\n")
    expect(stdout).toContain("    SWMKEY-1-abc\n")
    expect(seen[0]?.body).toMatchObject({
      AdvertiseAddr: "10.0.0.1",
      ListenAddr: "0.0.0.0:3000",
      Availability: "drain",
      AutoLockManagers: true,
      DefaultAddrPool: ["10.20.0.0/16", "10.30.0.0/16"],
      SubnetSize: 24,
      Spec: { Orchestration: { TaskHistoryRetentionLimit: 2 }, EncryptionConfig: { AutoLockManagers: true } },
    })
  })

  it("update keeps what nobody named, and explains itself when nothing is named", async () => {
    const { stdout, seen } = await drydock(["swarm", "update", "--dispatcher-heartbeat", "10s"], routes)
    expect(stdout).toBe("Swarm updated.\n")
    expect(seen.at(-1)).toMatchObject({
      query: { version: "9", rotateWorkerToken: "false" },
      body: { ...swarm.Spec, Dispatcher: { HeartbeatPeriod: 1e10 } },
    })
    const help = await drydock(["swarm", "update"], routes)
    expect(help).toMatchObject({ exitCode: 0, stderr: "" })
    expect(help.stdout).toMatch(/^Usage: {2}drydock swarm update \[OPTIONS\]/)
  })

  it("join-token rotates one token and not the other", async () => {
    const { stdout, seen } = await drydock(["swarm", "join-token", "--rotate", "-q", "manager"], routes)
    expect(stdout).toBe("SWMTKN-1-manager\n")
    expect(seen[1]?.query).toMatchObject({ rotateManagerToken: "true", rotateWorkerToken: "false" })
  })

  it("unlock asks for no key where nothing is locked, and gives the one it reads where something is", async () => {
    expect(await drydock(["swarm", "unlock"], routes)).toMatchObject({
      exitCode: 1,
      stderr: "Error: swarm is not locked\n",
    })
    const locked = {
      ...routes,
      "GET /info": { body: { Swarm: { LocalNodeState: "locked" } } },
      "POST /swarm/unlock": {},
    }
    const { seen } = await drydock(["swarm", "unlock"], locked, { stdin: " SWMKEY-1-abc \nmore" })
    expect(seen.at(-1)?.body).toEqual({ UnlockKey: "SWMKEY-1-abc" })
  })

  it("ca tells how far a rotation is until every node has a certificate of the new root", async () => {
    const old = { TrustRoot: "old", CertIssuerSubject: "s", CertIssuerPublicKey: "old" }
    const fresh = { TrustRoot: "new", CertIssuerSubject: "s", CertIssuerPublicKey: "new" }
    let looks = 0
    const { stdout, seen } = await drydock(["swarm", "ca", "--rotate"], {
      ...routes,
      "GET /swarm": () => ({ body: { ...swarm, TLSInfo: fresh, RootRotationInProgress: looks < 2 } }),
      "GET /nodes": () => {
        looks++
        const has = (name: string, done: boolean) => {
          const made = node(name)
          return { ...made, Description: { ...made.Description, TLSInfo: done ? fresh : old } }
        }
        return { body: [has("a", looks > 0), has("b", looks > 1)] }
      },
    })
    const update = seen.find(({ method }) => method === "POST")
    expect(update?.body).toMatchObject({ CAConfig: { ForceRotate: 1 } })
    expect(stdout).toContain("rotated TLS certificates: 1/2 nodes\n  rotated CA certificates: 0/2 nodes\n")
    expect(stdout).toContain("rotated TLS certificates: 2/2 nodes\n  rotated CA certificates: 2/2 nodes\n")
    expect(stdout.endsWith("new\n")).toBe(true)
  })

  it.each([
    [["swarm", "join-token", "both"], "unknown role both\n"],
    [["swarm", "ca", "--cert-expiry", "1h"], "`--cert-expiry` flag requires the `--rotate` flag to update the CA\n"],
    [["swarm", "unlock-key", "--rotate"], "cannot rotate because autolock is not turned on\n"],
  ])("%j is refused in docker's words", async (argv, stderr) => {
    expect(await drydock(argv, routes)).toMatchObject({ exitCode: 1, stderr })
  })

  it.each([
    ["url=http://x", "the external-ca option needs a protocol= parameter"],
    ["protocol=x,url=y", "unrecognized external CA protocol x"],
    ["protocol=cfssl", "the external-ca option needs a url= parameter"],
  ])("an external CA %s is refused", async (text, error) => {
    const { exitCode, stderr } = await drydock(["swarm", "update", "--external-ca", text], routes)
    expect(exitCode).toBe(125)
    expect(stderr).toContain(`invalid argument "${text}" for "--external-ca" flag: ${error}`)
  })
})

/** Machines that belong to no swarm, and nothing but drydock to make one of them. */
describe("a swarm made with drydock alone", () => {
  let cluster: Started | undefined
  let machines: ReadonlyArray<string> = []

  beforeAll(async () => {
    const why = simulated.missing()
    if (why !== undefined) throw new Error(why)
    cluster = await startSimulated(
      "sim --managers 0 --workers 3 --port 0 --no-screen --seed swarm --speed 5".split(" "),
    )
    machines = cluster.addresses
  }, 60_000)
  afterAll(() => cluster?.stop())

  const on = async (machine: number, line: string, stdin = "") => {
    const ran = { stdout: "", stderr: "" }
    const surroundings = {
      ...processSurroundings,
      out: (text: string | Uint8Array) => {
        ran.stdout += String(text)
      },
      err: (text: string | Uint8Array) => {
        ran.stderr += String(text)
      },
      connect(host: string) {
        return Object.create(processSurroundings.connect.call(this, host), {
          stdin: { value: async () => Buffer.from(stdin) },
        })
      },
    }
    const code = await main(["--host", machines[machine] ?? "", ...line.split(" ")], surroundings)
    return { code, ...ran }
  }

  it("is made, joined, promoted, locked, unlocked, given a new root, and left", async () => {
    expect((await on(0, "swarm init")).stdout).toContain("Swarm initialized")
    const token = (await on(0, "swarm join-token -q worker")).stdout.trim()
    const line = /swarm join --token \S+ (\S+)/.exec((await on(0, "swarm join-token worker")).stdout)
    const address = line?.[1] ?? ""
    expect(await on(1, `swarm join --token ${token} ${address}`)).toMatchObject({
      code: 0,
      stdout: "This node joined a swarm as a worker.\n",
    })
    const managers = (await on(0, "swarm join-token -q manager")).stdout.trim()
    expect((await on(2, `swarm join --token ${managers} ${address}`)).stdout).toBe(
      "This node joined a swarm as a manager.\n",
    )
    const listed = await on(0, "node ls --format {{.Hostname}}={{.ManagerStatus}}")
    expect(listed.stdout.split("\n").filter((row) => /=(Leader|Reachable)$/.test(row))).toHaveLength(2)
    expect((await on(0, "swarm update --autolock")).stdout).toContain("Swarm updated.\nTo unlock a swarm manager")
    const key = (await on(0, "swarm unlock-key -q")).stdout.trim()
    expect(key).toMatch(/^SWMKEY-1-/)
    expect((await on(0, "swarm unlock", key)).stderr).toBe("Error: swarm is not locked\n")
    const rotated = await on(0, "swarm ca --rotate")
    expect(rotated.stdout).toContain("rotated CA certificates: 3/3 nodes")
    expect((await on(0, "swarm ca")).stdout).toBe(/-----BEGIN[\s\S]*/.exec(rotated.stdout)?.[0])
    expect(await on(1, "swarm leave")).toMatchObject({ code: 0, stdout: "Node left the swarm.\n" })
    expect(await on(0, "swarm leave")).toMatchObject({ code: 1 })
  }, 60_000)
})
