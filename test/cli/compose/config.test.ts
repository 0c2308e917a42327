import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { drydock } from "../helper.ts"

const root = mkdtempSync(join(tmpdir(), "drydock-compose-"))
afterAll(() => rmSync(root, { recursive: true }))

const folder = (name: string, files: Readonly<Record<string, string>>): string => {
  const directory = join(root, name)
  mkdirSync(directory, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text)
  return directory
}

const service = (image: string): string => `services: {web: {image: "${image}"}}\n`

describe("compose config", () => {
  const shop = folder("shop", {
    "compose.yaml":
      "services:\n  web: {image: 'a:$TAG', depends_on: [db]}\n  db: {image: pg}\n  x: {image: yy, profiles: [p]}\nvolumes: {v: }\n",
    "compose.override.yml": "services: {web: {user: me}}\n",
    ".env": "TAG=fromfile\n",
    "other.env": "TAG=other\n",
  })
  const inner = folder("shop/deep/er", {})

  it("finds the file, its override and .env, from a folder within too, and says so", async () => {
    const outcome = await drydock(["compose", "config"], {}, { cwd: inner })
    expect(outcome.stdout).toContain("name: shop\n")
    expect(outcome.stdout).toContain("image: a:fromfile")
    expect(outcome.stdout).toContain("user: me")
    expect(outcome.stderr).toMatch(/^read .*compose\.yaml, .*compose\.override\.yml; environment from .*\.env\n$/)
  })

  it.each([
    [["-f", "compose.yaml"], {}, "image: a:fromfile"],
    [["--env-file", "other.env"], {}, "image: a:other"],
    [[], { TAG: "env" }, "image: a:env"],
    [[], { COMPOSE_ENV_FILES: "other.env" }, "image: a:other"],
    [[], { COMPOSE_PROJECT_NAME: "mine" }, "name: mine"],
    [["-p", "yours"], { COMPOSE_PROJECT_NAME: "mine" }, "name: yours"],
    [[], { COMPOSE_PROFILES: "p" }, "image: yy"],
    [["--profile", "p"], {}, "image: yy"],
    [["--no-interpolate"], {}, "image: a:$TAG"],
    [["--all-resources"], {}, "name: shop_v"],
  ] as const)("with %j and %j has %s", async (argv, env, expected) => {
    const outcome = await drydock(["compose", "config", ...argv], {}, { cwd: shop, env })
    expect(outcome.stdout).toContain(expected)
  })

  it("takes its options before the subcommand as well", async () => {
    const outcome = await drydock(
      ["compose", "-f", "compose.yaml", "-p", "p1", "config", "--services"],
      {},
      { cwd: shop },
    )
    expect(outcome.stdout).toBe("db\nweb\n")
  })

  it.each([
    ["--images", "pg\na:fromfile\n"],
    ["--profiles", "p\n"],
    ["--volumes", ""],
    ["-q", ""],
  ])("%s prints %j", async (flag, stdout) => {
    expect((await drydock(["compose", "config", flag], {}, { cwd: shop })).stdout).toBe(stdout)
  })

  it("hashes services, so that a change shows", async () => {
    const hash = async (tag: string) =>
      (await drydock(["compose", "config", "--hash", "*"], {}, { cwd: shop, env: { TAG: tag } })).stdout.split("\n")
    const [first, second] = [await hash("1"), await hash("2")]
    expect(first[0]).toBe(second[0])
    expect(first[1]).not.toBe(second[1])
    expect(first[1]).toMatch(/^web [0-9a-f]{64}$/)
  })

  it("prefers compose.yaml and mentions what it leaves aside; COMPOSE_FILE names files", async () => {
    const both = folder("both", { "compose.yaml": service("a"), "docker-compose.yml": service("b") })
    const outcome = await drydock(["compose", "config"], {}, { cwd: both })
    expect(outcome.stdout).toContain("image: a\n")
    expect(outcome.stderr).toContain("Found multiple config files with supported names")
    const named = await drydock(["compose", "config"], {}, { cwd: both, env: { COMPOSE_FILE: "docker-compose.yml" } })
    expect(named.stdout).toContain("image: b\n")
  })

  it("says what is wrong, to people and to editors", async () => {
    const bad = folder("bad", { "compose.yaml": "services: {web: {imagee: x}}\n" })
    const said = await drydock(["compose", "config"], {}, { cwd: bad })
    expect(said).toMatchObject({ exitCode: 1, stdout: "" })
    expect(said.stderr).toContain("hint: did you mean image?")
    const json = JSON.parse((await drydock(["compose", "config", "--format", "json"], {}, { cwd: bad })).stdout)
    expect(json.errors[0]).toMatchObject({ file: "compose.yaml", line: 1, path: "services.web.imagee" })
    expect((await drydock(["compose", "config"], {}, { cwd: folder("none", {}) })).stderr).toContain(
      "no configuration file provided: not found",
    )
  })
})

describe("what is no compose file", () => {
  const here = folder("hostile", { "bad.yml": "" })
  writeFileSync(join(here, "bad.yml"), Buffer.from([0x61, 0x3a, 0xff]))
  spawnSync("mkfifo", [join(here, "pipe")])
  spawnSync("truncate", ["-s", "1G", join(here, "huge.yml")])

  it.each([
    [".", "read .: is a directory"],
    ["nope.yml", "open nope.yml: no such file or directory"],
    ["pipe", "read pipe: nobody writes to this pipe"],
    ["/dev/zero", "read /dev/zero: larger than 16 MiB"],
    ["huge.yml", "read huge.yml: larger than 16 MiB"],
    ["bad.yml", "bad.yml:1:3: yaml: invalid leading UTF-8 octet"],
  ])("%s is an error", async (path, message) => {
    const outcome = await drydock(["stack", "config", "-c", path], {}, { cwd: here })
    expect(outcome.exitCode).toBe(1)
    expect(outcome.stderr).toContain(message)
  })
})

describe("stack config", () => {
  const app = folder("app", {
    "stack.yml":
      "services:\n  web:\n    image: 'a:$TAG'\n    cpus: 0.5\n    mem_limit: 64m\n    scale: 2\n    depends_on: {db: {condition: service_healthy}}\n  db: {image: pg}\n",
    ".env": "TAG=1\n",
  })

  it("with --compat spec reads .env and what the Compose Specification has", async () => {
    const refused = await drydock(["stack", "config", "-c", "stack.yml"], {}, { cwd: app })
    expect(refused.stderr).toContain("Configuration contains forbidden properties")
    const outcome = await drydock(["stack", "config", "--compat", "spec", "-c", "stack.yml"], {}, { cwd: app })
    expect(outcome.stdout).toContain("image: a:1")
    expect(outcome.stdout).toContain(
      'replicas: 2\n      resources:\n        limits:\n          cpus: "0.5"\n          memory: "67108864"',
    )
    expect(outcome.stderr).toContain("read stack.yml; environment from .env")
  })

  it("prints JSON", async () => {
    const plain = folder("plain", { "stack.yml": "services: {web: {image: x, x-a: {b: 1}}}\n" })
    const outcome = await drydock(["stack", "config", "--format", "json", "-c", "stack.yml"], {}, { cwd: plain })
    expect(JSON.parse(outcome.stdout)).toEqual({ version: "3.13", services: { web: { image: "x", "x-a": { b: 1 } } } })
  })
})
