import { describe, expect, it } from "vitest"
import { idOf, node, service } from "./fixtures.ts"
import { drydock } from "./helper.ts"

const info = { body: { Swarm: { NodeID: idOf("manager1"), ControlAvailable: true } } }
const notFound = (message: string) => ({ status: 404, body: { message } })

describe("nodes", () => {
  const manager = node("manager1", {
    Spec: { Labels: {}, Role: "manager", Availability: "active" },
    ManagerStatus: { Leader: true, Reachability: "reachable", Addr: "10.0.0.1:2377" },
  })
  const routes = {
    "GET /nodes": { body: [node("worker10"), node("worker2", { Status: { State: "down" } }), manager] },
    "GET /info": info,
    "GET /nodes/manager1": { body: manager },
    [`GET /nodes/${manager.ID}`]: { body: manager },
    "GET /nodes/worker2": { body: node("worker2") },
    [`POST /nodes/${idOf("worker2")}/update`]: {},
  }

  it("are listed by name, with a star at the one that answers", async () => {
    expect((await drydock(["node", "ls"], routes)).stdout).toBe(
      "ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION\n" +
        "manager100000000000000000 *   manager1   Ready     Active         Leader           20.10.24\n" +
        "worker2000000000000000000     worker2    Down      Active                          20.10.24\n" +
        "worker1000000000000000000     worker10   Ready     Active                          20.10.24\n",
    )
  })

  it("are promoted once", async () => {
    const { stdout, seen } = await drydock(["node", "promote", "manager1", "worker2"], routes)
    expect(stdout).toBe(`Node ${manager.ID} is already a manager.\nNode worker2 promoted to a manager in the swarm.\n`)
    expect(seen.at(-1)).toMatchObject({
      query: { version: "7" },
      body: { Labels: {}, Role: "manager", Availability: "active" },
    })
  })

  it("are drained and labelled, and lose only labels that they have", async () => {
    const update = await drydock(
      ["node", "update", "--availability", "drain", "--label-add", "zone=a", "worker2"],
      routes,
    )
    expect(update.seen.at(-1)?.body).toEqual({ Labels: { zone: "a" }, Role: "worker", Availability: "drain" })
    expect((await drydock(["node", "update", "--label-rm", "x", "worker2"], routes)).stderr).toBe(
      "key x doesn't exist in node's labels\n",
    )
  })

  it("are shown in words by inspect --pretty, `self` being the one that answers", async () => {
    const { stdout } = await drydock(["node", "inspect", "--pretty", "self"], routes)
    expect(stdout).toContain("Hostname:              \tmanager1\n")
    expect(stdout).toContain("Joined at:             \t2026-01-01 11:00:00.000000001 +0000 utc\n")
    expect(stdout).toContain(" Raft Status:\t\tReachable\n Leader:\t\tYes\n")
    expect(stdout).toContain(" CPUs:\t\t\t2\n Memory:\t\t1.953GiB\n")
  })
})

describe("the other lists", () => {
  it("counts the services of each stack", async () => {
    const of = (stack: string, name: string) => ({
      ...service(name),
      Spec: { ...service(name).Spec, Labels: { "com.docker.stack.namespace": stack } },
    })
    const { stdout } = await drydock(["stack", "ls"], {
      "GET /services": { body: [of("shop", "a"), of("blog", "b"), of("shop", "c")] },
    })
    expect(stdout).toBe("NAME      SERVICES\nblog      1\nshop      2\n")
  })

  it("says when a stack has nothing: ps fails, services and rm only say so", async () => {
    const empty = {
      "GET /services": { body: [] },
      "GET /tasks": { body: [] },
      "GET /networks": { body: [] },
      "GET /secrets": { body: [] },
      "GET /configs": { body: [] },
    }
    expect(await drydock(["stack", "ps", "x"], empty)).toMatchObject({
      exitCode: 1,
      stderr: "nothing found in stack: x\n",
    })
    expect(await drydock(["stack", "services", "x"], empty)).toMatchObject({
      exitCode: 0,
      stderr: "Nothing found in stack: x\n",
    })
    expect(await drydock(["stack", "rm", "x"], empty)).toMatchObject({
      exitCode: 0,
      stderr: "Nothing found in stack: x\n",
    })
    expect(await drydock(["stack", "ps", ' "'], empty)).toMatchObject({
      exitCode: 1,
      stderr: 'invalid stack name: " \\""\n',
      seen: [],
    })
  })

  it("lists networks, secrets and configs as docker does", async () => {
    const network = {
      Name: "app",
      Id: idOf("net"),
      Created: "2026-01-01T00:00:00Z",
      Scope: "swarm",
      Driver: "overlay",
      Labels: { "a.b-c": "v" },
    }
    const networks = { "GET /networks": { body: [network] } }
    expect((await drydock(["network", "ls"], networks)).stdout).toBe(
      "NETWORK ID     NAME      DRIVER    SCOPE\nnet000000000   app       overlay   swarm\n",
    )
    const format = 'table {{.Name}}\\t{{.Label "a.b-c"}}'
    expect((await drydock(["network", "ls", "--format", format], networks)).stdout).toBe("NAME      b c\napp       v\n")
    const secret = {
      ID: idOf("s"),
      CreatedAt: "2026-01-01T11:00:00Z",
      UpdatedAt: "2026-01-01T11:59:00Z",
      Spec: { Name: "key" },
    }
    expect((await drydock(["secret", "ls"], { "GET /secrets": { body: [secret] } })).stdout).toBe(
      "ID                          NAME      DRIVER    CREATED             UPDATED\ns000000000000000000000000   key                 About an hour ago   About a minute ago\n",
    )
  })

  it("creates a secret from stdin, and does not take nothing for one", async () => {
    const routes = { "POST /secrets/create": { body: { ID: "id" } } }
    const { seen, stdout } = await drydock(["secret", "create", "-l", "a=b", "key", "-"], routes, {
      stdin: "swordfish",
    })
    expect([stdout, seen[0]?.body]).toEqual(["id\n", { Name: "key", Labels: { a: "b" }, Data: "c3dvcmRmaXNo" }])
    expect((await drydock(["secret", "create", "key", "-"], routes)).stderr).toBe(
      "error reading from STDIN: data is empty\n",
    )
  })

  it("puts ranges and gateways into the subnets they lie in", async () => {
    const argv = [
      "network",
      "create",
      "-d",
      "overlay",
      "--subnet",
      "10.1.0.0/24,10.2.0.0/24",
      "--gateway",
      "10.2.0.1",
      "app",
    ]
    const { seen } = await drydock(argv, { "POST /networks/create": { body: { Id: "id" } } })
    expect(seen[0]?.body).toMatchObject({
      IPAM: { Config: [{ Subnet: "10.1.0.0/24" }, { Subnet: "10.2.0.0/24", Gateway: "10.2.0.1" }] },
    })
    const bad = await drydock(["network", "create", "--subnet", "10.0.0.0/8", "--subnet", "10.1.0.0/16", "x"])
    expect(bad.stderr).toBe("multiple overlapping subnet configuration is not supported\n")
  })
})

describe("machines of a simulated cluster", () => {
  const machines = [
    { Name: "manager2", Role: "manager", State: "running", Port: 2376, Leader: true },
    { Name: "worker1", Role: "worker", State: "crashed" },
  ]

  it("are listed, crashed, stopped, started, cut off and healed", async () => {
    const routes = {
      "GET /drydock/machines": { body: machines },
      "POST /drydock/machines/worker1/crash": { status: 204 },
      "POST /drydock/machines/worker1/start": { status: 204 },
      "POST /drydock/machines/worker1/stop": { status: 204 },
      "POST /drydock/network/cut": { status: 204 },
      "POST /drydock/network/heal": { status: 204 },
    }
    expect((await drydock(["machine", "ls"], routes)).stdout).toBe(
      "NAME       ROLE      STATE     LEADER    ADDRESS\nmanager2   manager   Running   *         tcp://127.0.0.1:2376\nworker1    worker    Crashed             \n",
    )
    expect((await drydock(["machine", "crash", "worker1"], routes)).stdout).toBe("worker1\n")
    expect((await drydock(["machine", "stop", "worker1"], routes)).stdout).toBe("worker1\n")
    expect((await drydock(["machine", "start", "worker1"], routes)).stdout).toBe("worker1\n")
    expect((await drydock(["machine", "cut", "worker1", "manager2"], routes)).seen[0]?.body).toEqual({
      A: "worker1",
      B: "manager2",
    })
    expect((await drydock(["machine", "heal"], routes)).exitCode).toBe(0)
  })

  it("are not to be had from a real engine, which is told from a name that does not exist", async () => {
    expect((await drydock(["machine", "ls"])).stderr).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+ is not a simulated cluster/)
    const outcome = await drydock(["machine", "crash", "nosuch"], {
      "POST /drydock/machines/nosuch/crash": notFound("no such machine: nosuch"),
    })
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "no such machine: nosuch\n" })
  })
})

describe("version", () => {
  const server = {
    Version: "20.10",
    Components: [
      {
        Name: "Engine",
        Version: "20.10",
        Details: { ApiVersion: "1.41", MinAPIVersion: "1.12", BuildTime: "2023-05-04T09:31:00Z" },
      },
    ],
  }

  it("aligns what it knows of both sides", async () => {
    const { stdout } = await drydock(["version"], { "GET /version": { body: server } })
    expect(stdout).toContain(
      "\nServer:\n Engine:\n  Version:          20.10\n  API version:      1.41 (minimum version 1.12)\n",
    )
    expect(stdout).toContain("  Built:            Thu May  4 09:31:00 2023\n")
  })

  it("prints the client's part even when the server's cannot be had", async () => {
    const outcome = await drydock(["version"], { "GET /version": { status: 500, body: { message: "broken" } } })
    expect(outcome).toMatchObject({ exitCode: 1, stderr: "Error response from daemon: broken\n" })
    expect(outcome.stdout).toMatch(/^Client: Drydock\n Version: {11}\d/)
  })
})
