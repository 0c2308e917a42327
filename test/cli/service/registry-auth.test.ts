import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { idOf, service } from "../fixtures.ts"
import { drydock } from "../helper.ts"

const folder = mkdtempSync(join(tmpdir(), "drydock-auth-"))
const env = { DOCKER_CONFIG: folder }
const base64 = (text: string) => Buffer.from(text).toString("base64")
const mine = { username: "ann", password: "s:ecret", serveraddress: "registry.example:5000" }

beforeAll(() => {
  const auths = {
    "registry.example:5000": { auth: base64("ann:s:ecret") },
    "https://index.docker.io/v1/": { auth: base64("bob:"), identitytoken: "long" },
  }
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths }))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe("--with-registry-auth", () => {
  const created = { "POST /services/create": { body: { ID: idOf("new") } } }
  const create = (...argv: ReadonlyArray<string>) =>
    drydock(["service", "create", "-d", "--no-resolve-image", ...argv], created, { env })

  it("gives the engine the client's credentials for the image's registry with a new service", async () => {
    const { seen } = await create("--with-registry-auth", "registry.example:5000/team/app:1")
    expect(seen.at(-1)?.registryAuth).toEqual(mine)
    const hub = await create("--with-registry-auth", "nginx:alpine")
    expect(hub.seen.at(-1)?.registryAuth).toEqual({
      username: "bob",
      identitytoken: "long",
      serveraddress: "https://index.docker.io/v1/",
    })
  })

  it("is what it takes: without it nothing is sent", async () => {
    expect((await create("registry.example:5000/team/app:1")).seen.at(-1)).not.toHaveProperty("registryAuth")
  })

  it("sends them with an update, for the image that the service has or gets, instead of keeping those of the spec", async () => {
    const web = service("web")
    const routes = {
      "GET /services/web": { body: web },
      [`POST /services/${web.ID}/update`]: { body: {} },
    }
    const image = "registry.example:5000/team/app:2"
    const argv = ["service", "update", "-d", "--no-resolve-image", "--image", image]
    const sent = await drydock([...argv, "--with-registry-auth", "web"], routes, { env })
    expect(sent.seen.at(-1)).toMatchObject({ registryAuth: mine })
    expect(sent.seen.at(-1)?.query).not.toHaveProperty("registryAuthFrom")
    const kept = await drydock([...argv, "web"], routes, { env })
    expect(kept.seen.at(-1)?.query).toMatchObject({ registryAuthFrom: "spec" })
    expect(kept.seen.at(-1)).not.toHaveProperty("registryAuth")
  })

  it("sends them with each service of a stack", async () => {
    const file = join(folder, "compose.yml")
    writeFileSync(file, 'version: "3.8"\nservices:\n  app:\n    image: registry.example:5000/team/app:1\n')
    const routes = {
      ...created,
      "GET /services": { body: [] },
      "GET /networks": { body: [] },
      "POST /networks/create": { body: { ID: idOf("net") } },
      "GET /info": { body: { Swarm: { ControlAvailable: true } } },
    }
    const argv = ["stack", "deploy", "-d", "--resolve-image", "never", "-c", file, "--with-registry-auth", "shop"]
    const outcome = await drydock(argv, routes, { env })
    expect(outcome.seen.find(({ path }) => path === "/services/create")?.registryAuth).toEqual(mine)
  })
})
