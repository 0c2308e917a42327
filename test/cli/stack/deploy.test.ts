import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { idOf, service } from "../fixtures.ts"
import { calls, drydock, type Routes } from "../helper.ts"

const directory = mkdtempSync(join(tmpdir(), "drydock-"))
afterAll(() => rmSync(directory, { recursive: true }))

const file = join(directory, "stack.yml")
writeFileSync(join(directory, "key.txt"), "swordfish")
writeFileSync(
  file,
  `services:
  web:
    image: nginx:alpine
    networks: [front, outside]
    secrets: [key]
  cache:
    image: redis:alpine
    container_name: ignored
    networks: [front]
networks:
  front: {}
  outside: {external: true}
secrets:
  key: {file: ./key.txt}
`,
)

const manager = { body: { Swarm: { ControlAvailable: true } } }
const secret = { ID: "secret-id", Version: { Index: 3 }, Spec: { Name: "shop_key" } }
const empty: Routes = {
  "GET /info": manager,
  "GET /networks/outside": { body: { Name: "outside", Id: "n1", Scope: "swarm" } },
  "GET /networks": { body: [] },
  "POST /networks/create": { body: { Id: "n2" } },
  "POST /secrets/create": { body: { ID: "secret-id" } },
  "GET /secrets": { body: [secret] },
  "GET /services": { body: [] },
  "POST /services/create": ({ body }) => ({
    body: { ID: idOf(JSON.stringify(body).includes("shop_web") ? "web" : "cache") },
  }),
}

const deploy = (routes: Routes, ...argv: ReadonlyArray<string>) =>
  drydock(["stack", "deploy", "-d", "--resolve-image", "never", "-c", file, ...argv, "shop"], routes)

describe("stack deploy", () => {
  it("creates what is missing, networks and secrets before the services that use them", async () => {
    const outcome = await deploy(empty)
    expect(outcome.exitCode).toBe(0)
    expect(outcome.stdout).toBe(
      "Creating network shop_front\nCreating secret shop_key\nCreating service shop_cache\nCreating service shop_web\n",
    )
    expect(outcome.stderr).toBe(
      `read ${file}\nIgnoring deprecated options:\n\ncontainer_name: Setting the container name is not supported.\n\n`,
    )
    expect(calls(outcome)).toEqual([
      "GET /info",
      "GET /networks/outside",
      "GET /networks",
      "POST /networks/create",
      "GET /secrets/shop_key",
      "POST /secrets/create",
      "GET /secrets",
      "GET /services",
      "POST /services/create",
      "POST /services/create",
    ])
    expect(outcome.seen[5]?.body).toMatchObject({ Name: "shop_key", Data: "c3dvcmRmaXNo" })
    expect(outcome.seen.at(-1)?.body).toMatchObject({
      Name: "shop_web",
      TaskTemplate: { ContainerSpec: { Secrets: [{ SecretID: "secret-id", SecretName: "shop_key" }] } },
    })
  })

  it("updates what is there, and keeps the digest and the forced updates of an unchanged image", async () => {
    const web = service("shop_web")
    const present = {
      ...web,
      Spec: {
        ...web.Spec,
        Labels: { "com.docker.stack.image": "nginx:alpine" },
        TaskTemplate: { ContainerSpec: { Image: `nginx:alpine@sha256:${"1".repeat(64)}` }, ForceUpdate: 4 },
      },
    }
    const outcome = await deploy({
      ...empty,
      "GET /networks": { body: [{ Name: "shop_front" }] },
      "GET /secrets/shop_key": { body: secret },
      "POST /secrets/secret-id/update": {},
      "GET /services": { body: [present] },
      [`POST /services/${web.ID}/update`]: { body: {} },
    })
    expect(outcome.stdout).toBe(`Creating service shop_cache\nUpdating service shop_web (id: ${web.ID})\n`)
    expect(outcome.seen.at(-1)).toMatchObject({
      query: { version: "7" },
      body: { TaskTemplate: { ForceUpdate: 4, ContainerSpec: { Image: `nginx:alpine@sha256:${"1".repeat(64)}` } } },
    })
  })

  it("removes with --prune what the file no longer has", async () => {
    const old = service("shop_old")
    const outcome = await deploy(
      { ...empty, "GET /services": { body: [old] }, [`DELETE /services/${old.ID}`]: {} },
      "--prune",
    )
    expect(outcome.stdout).toMatch(/^Removing service shop_old\nCreating network/)
    expect(calls(outcome)).toContain(`DELETE /services/${old.ID}`)
  })

  it.each([
    [
      "needs a manager",
      { "GET /info": { body: { Swarm: {} } } },
      /this node is not a swarm manager\. Use "docker swarm init"/,
    ],
    [
      "needs its external networks",
      { "GET /networks/outside": { status: 404, body: { message: "no" } } },
      /network "outside" is declared as external, but could not be found\./,
    ],
    [
      "needs them in the swarm's scope",
      { "GET /networks/outside": { body: { Scope: "local" } } },
      /not in the right scope: "local" instead of "swarm"/,
    ],
    [
      "says which object failed",
      { "POST /networks/create": { status: 500, body: { message: "no room" } } },
      /failed to create network shop_front: Error response from daemon: no room/,
    ],
  ] as const)("%s", async (_, routes, stderr) => {
    const outcome = await deploy({ ...empty, ...routes })
    expect(outcome.exitCode).toBe(1)
    expect(outcome.stderr).toMatch(stderr)
    expect(calls(outcome)).not.toContain("POST /services/create")
  })

  it("shows where a file is wrong, and asks nothing of the cluster", async () => {
    const stdin = "services:\n  web:\n    image: nginx\n    deploy: {replicas: many}\n"
    const outcome = await drydock(["stack", "deploy", "-c", "-", "shop"], empty, { stdin })
    expect(outcome).toMatchObject({ exitCode: 1, seen: [] })
    expect(outcome.stderr).toContain("services.web.deploy.replicas must be a integer")
    expect(outcome.stderr).toMatch(/^-:4:/)
  })

  it("refuses what it cannot read or understand", async () => {
    expect((await drydock(["stack", "deploy", "shop"])).stderr).toBe("Specify a Compose file (with --compose-file)\n")
    expect((await drydock(["stack", "deploy", "-c", "/nonexistent.yml", "shop"])).stderr).toBe(
      "open /nonexistent.yml: no such file or directory\n",
    )
    expect((await deploy(empty, "--resolve-image", "bogus")).stderr).toContain(
      "Invalid option bogus for flag --resolve-image\n",
    )
  })
})

it("stack config prints the stack that the files make together", async () => {
  const { stdout, exitCode } = await drydock(
    ["stack", "config", "-c", "-"],
    {},
    { stdin: "services: {web: {image: 'nginx:$TAG'}}", env: { TAG: "alpine" } },
  )
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("image: nginx:alpine")])
})

describe("stack rm", () => {
  const labelled: Routes = {
    "GET /services": { body: [service("shop_web")] },
    "GET /networks": { body: [{ Name: "shop_front", Id: "n1" }] },
    "GET /secrets": { body: [secret] },
    "GET /configs": { body: [] },
    [`DELETE /services/${idOf("shop_web")}`]: {},
    "DELETE /secrets/secret-id": {},
    "DELETE /networks/n1": { status: 500, body: { message: "in use" } },
  }

  it("removes services, secrets and then networks, and goes on after an error", async () => {
    expect(await drydock(["stack", "rm", "--detach", "shop"], labelled)).toMatchObject({
      exitCode: 1,
      stdout: "Removing service shop_web\nRemoving secret shop_key\nRemoving network shop_front\n",
      stderr:
        "Failed to remove network n1: Error response from daemon: in use\nfailed to remove some resources from stack: shop\n",
    })
  })

  it("waits until no task runs before it removes what they used, and for a network to be let go", async () => {
    let asked = 0
    let tried = 0
    const state = () => ({ body: [{ Status: { State: ++asked < 3 ? "running" : "shutdown" } }] })
    const network = () =>
      ++tried < 3 ? { status: 400, body: { message: "network n1 is in use by task t1" } } : { status: 204 }
    const outcome = await drydock(["stack", "rm", "shop"], {
      ...labelled,
      "DELETE /networks/n1": network,
      "GET /tasks": state,
    })
    expect([outcome.exitCode, asked, tried]).toEqual([0, 3, 3])
    expect(outcome.stdout).toBe("Removing service shop_web\nRemoving network shop_front\nRemoving secret shop_key\n")
    const order = calls(outcome).filter((call) => /DELETE|tasks/.test(call))
    expect(order).toEqual([
      `DELETE /services/${idOf("shop_web")}`,
      ...Array.from({ length: 3 }, () => "GET /tasks"),
      ...Array.from({ length: 3 }, () => "DELETE /networks/n1"),
      "DELETE /secrets/secret-id",
    ])
  })
})
