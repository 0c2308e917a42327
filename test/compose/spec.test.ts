// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose files
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { type LoadedProject, loadProject, projectJson, projectYaml } from "../../compose/index.ts"

interface Given {
  readonly env?: Readonly<Record<string, string>>
  /** contents by absolute path; the project is in /shop */
  readonly disk?: Readonly<Record<string, string>>
  readonly profiles?: ReadonlyArray<string>
  readonly name?: string
  readonly allResources?: boolean
}

const tryLoad = (texts: string | ReadonlyArray<string>, given: Given = {}) => {
  const files = [texts]
    .flat()
    .map((text, index) => ({ path: index === 0 ? "compose.yaml" : `more${index}.yaml`, text }))
  return loadProject({
    files,
    paths: files.map((file) => `/shop/${file.path}`),
    directory: "/shop",
    env: given.env ?? {},
    readFile: (path) => {
      const text = given.disk?.[path]
      return text === undefined
        ? Result.fail(`open ${path}: no such file or directory`)
        : Result.succeed(new TextEncoder().encode(text))
    },
    profiles: given.profiles ?? [],
    ...(given.name === undefined ? {} : { name: given.name }),
    ...(given.allResources === undefined ? {} : { allResources: given.allResources }),
  })
}

const load = (texts: string | ReadonlyArray<string>, given: Given = {}): LoadedProject => {
  const loaded = tryLoad(texts, given)
  if (Result.isFailure(loaded)) throw new Error(loaded.failure.map((error) => error.message).join("\n"))
  return loaded.success
}

const complaint = (texts: string | ReadonlyArray<string>, given: Given = {}) => {
  const loaded = tryLoad(texts, given)
  return Result.isFailure(loaded) ? loaded.failure[0]?.message : undefined
}

const web = (...lines: ReadonlyArray<string>): string =>
  ["services:", "  web:", "    image: nginx", ...lines.map((line) => `    ${line}`), ""].join("\n")

const webOf = (texts: string | ReadonlyArray<string>, given: Given = {}) =>
  load(texts, given).project.services.get("web")

describe("a variable", () => {
  it.each([
    ["${A:-${B:-deep}}", "deep"],
    ["${SET:+yes}", "yes"],
    ["${EMPTY:+yes}", ""],
    ["${EMPTY+yes}", "yes"],
    ["${EMPTY:-x}", "x"],
    ["${EMPTY-x}", ""],
    ["$SET-rest", "set-rest"],
    ["a$${SET}b", "a${SET}b"],
    ["${A:-x}${SET}", "xset"],
    ["${SET:?never}", "set"],
  ])("%s is %j", (text, value) => {
    const env = { SET: "set", EMPTY: "" }
    expect(webOf(web(`hostname: "x${text}"`), { env })?.hostname).toBe(`x${value}`)
  })

  it("that is not set is mentioned once, and one that must be is an error", () => {
    expect(load(web("hostname: $A", "user: $A")).warnings).toEqual([
      'The "A" variable is not set. Defaulting to a blank string.',
    ])
    expect(complaint(web("hostname: ${A:?say it}"))).toBe(
      "error while interpolating services.web.hostname: required variable A is missing a value: say it",
    )
    expect(complaint(web("hostname: ${A"))).toContain("invalid interpolation format for services.web.hostname.")
  })
})

describe("several files", () => {
  it("are joined: mappings by key, lists made of both, once each, the rest replaced", () => {
    const service = webOf([
      web(
        "ports: ['80:80', '81:81']",
        "environment: {A: 1, B: 2}",
        "command: [a]",
        "volumes: ['./a:/x']",
        "init: true",
      ),
      web("ports: ['81:81', '82:82']", "environment: [B=3, C=]", "command: [b]", "volumes: ['./b:/x']", "init: false"),
    ])
    expect(service?.ports?.map((port) => port.published)).toEqual(["80", "81", "82"])
    expect([...(service?.environment ?? [])]).toEqual([
      ["A", "1"],
      ["B", "3"],
      ["C", ""],
    ])
    expect(service?.command).toEqual(["b"])
    expect(service?.volumes).toMatchObject([{ source: "/shop/b", target: "/x" }])
    expect(service?.init).toBe(false)
  })

  it("may reset and override what is before them", () => {
    const service = webOf([
      web("ports: ['80:80']", "dns: [a, b]", "environment: {A: 1, B: 2}"),
      web("ports: !reset []", "dns: !override [c]", "environment: {A: !reset null}"),
    ])
    expect(service?.ports).toBeUndefined()
    expect(service?.dns).toEqual(["c"])
    expect([...(service?.environment ?? [])]).toEqual([["B", "2"]])
  })

  it("may be several documents in one", () => {
    expect(webOf(`${web("user: a")}---\n${web("user: b")}`)?.user).toBe("b")
  })
})

describe("extends", () => {
  const disk = { "/shop/base/b.yaml": "services:\n  base:\n    image: x\n    volumes: [./d:/d]\n    labels: {a: 1}\n" }

  it("starts from a service of another file, whose paths are its own", () => {
    const text = "services:\n  web:\n    extends: {file: base/b.yaml, service: base}\n    labels: {b: 2}\n"
    expect(webOf(text, { disk })).toMatchObject({ image: "x", volumes: [{ source: "/shop/base/d" }] })
    expect([...(webOf(text, { disk })?.labels ?? [])]).toEqual([
      ["a", "1"],
      ["b", "2"],
    ])
  })

  it("refuses circles and services that are not there", () => {
    expect(complaint("services:\n  a: {extends: b}\n  b: {extends: a}\n")).toMatch(/^Circular reference:/)
    expect(complaint("services:\n  a: {extends: nope}\n")).toBe(
      'cannot extend service "a" in compose.yaml: service "nope" not found',
    )
  })
})

describe("include", () => {
  const disk = {
    "/shop/db/compose.yaml": "services:\n  db:\n    image: pg:$V\n    volumes: [./data:/data]\n",
    "/shop/db/.env": "V=16\n",
  }

  it("joins another project, with its own folder and variables", () => {
    const { project, read } = load(`include: [db/compose.yaml]\n${web("depends_on: [db]")}`, { disk })
    expect(project.services.get("db")).toMatchObject({ image: "pg:16", volumes: [{ source: "/shop/db/data" }] })
    expect(read).toEqual(["/shop/db/.env", "/shop/db/compose.yaml"])
  })

  it("lets the including file say more of what it includes, and refuses circles", () => {
    const { project } = load("include: [db/compose.yaml]\nservices:\n  db: {user: me}\n", { disk })
    expect(project.services.get("db")).toMatchObject({ image: "pg:16", user: "me" })
    const circle = { "/shop/a.yaml": "include: [/shop/compose.yaml]\n" }
    expect(complaint("include: [a.yaml]\n", { disk: circle })).toMatch(/^include cycle detected:/)
  })
})

describe("profiles", () => {
  const text = "services:\n  a: {image: x}\n  b: {image: x, profiles: [p, q]}\n"

  it.each([
    [[], ["a"]],
    [["q"], ["a", "b"]],
    [["*"], ["a", "b"]],
  ])("%j enable %j", (profiles, names) => {
    expect([...load(text, { profiles }).project.services.keys()]).toEqual(names)
  })
})

describe("the name of a project", () => {
  it.each([
    [undefined, "", "shop"],
    [undefined, "name: My Shop!\n", "myshop"],
    [undefined, "name: a-$V\n", "a-1"],
    ["other", "name: mine\n", "other"],
  ])("with %j on the command line and %j in the file is %s", (name, line, expected) => {
    const given = { env: { V: "1" }, ...(name === undefined ? {} : { name }) }
    expect(load(line + web(), given).project.name).toBe(expected)
  })

  it("may not be anything", () => {
    expect(complaint(web(), { name: "My Shop" })).toMatch(/^invalid project name "My Shop": must consist only of/)
  })
})

describe("a project", () => {
  it.each([
    ["build: {context: ., dockerfile_inline: x, dockerfile: y}", "mutualy exclusive dockerfile and dockerfile_inline"],
    ["network_mode: host\n    networks: [a]", "mutually exclusive `network_mode` and `networks`"],
    ["networks: [nope]", 'service "web" refers to undefined network nope: invalid compose project'],
    ["volumes: ['nope:/x']", 'service "web" refers to undefined volume nope: invalid compose project'],
    ["secrets: [nope]", 'service "web" refers to undefined secret nope: invalid compose project'],
    ["depends_on: [nope]", 'service "web" depends on undefined service "nope": invalid compose project'],
    ["depends_on: [web]", "dependency cycle detected: web -> web"],
    ["scale: 2\n    container_name: only", "can't set container_name and web as container name must be unique"],
    ["mem_limit: 1g\n    deploy: {resources: {limits: {memory: 2g}}}", "can't set distinct values on 'mem_limit'"],
    ["healthcheck: {test: [a]}", 'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"'],
    ["imagee: x", "validating compose.yaml: services.web additional properties 'imagee' not allowed"],
    ["ports: 5", "validating compose.yaml: services.web.ports got number, want array"],
    ["depends_on: {a: {}}", "validating compose.yaml: services.web.depends_on.a missing property 'condition'"],
    ["tmpfs: [/x]\n    volumes: [/x]", "services.web.volumes[0]: target /x already mounted as services.web.tmpfs[0]"],
    ["env_file: nope.env", "env file /shop/nope.env not found"],
  ])("with %j is refused: %s", (line, message) => {
    expect(complaint(web(line))).toContain(message)
  })

  it("tells in which of several files a mistake is", () => {
    const loaded = tryLoad([web(), web("user: a", "bogus: 1")])
    expect(Result.isFailure(loaded) && loaded.failure[0]?.place).toMatchObject({ file: "more1.yaml", line: 5 })
  })

  it("takes variables from env_files, under its own", () => {
    const disk = { "/shop/a.env": "A=1\nexport B='x y' # no\nC=\"${A}-$HOME\"\nD\n" }
    const env = { HOME: "/h", D: "own" }
    expect([
      ...(webOf(web("env_file: [a.env, {path: b.env, required: false}]", "environment: {A: 2}"), { disk, env })
        ?.environment ?? []),
    ]).toEqual([
      ["A", "2"],
      ["B", "x y"],
      ["C", "2-/h"],
      ["D", "own"],
    ])
  })

  const whole = `name: whole
services:
  web:
    build: {context: ., args: [A, B=2]}
    ports: ["8080-8081:80", {target: 90, published: "9000"}]
    environment: {X: $$5, Y: }
    depends_on: {db: {condition: service_healthy}}
    volumes: [data:/data, "./src:/app:ro"]
    cpus: 0.5
    mem_limit: 64m
    configs: [{source: c, target: /c, mode: 0440}]
    secrets: [t]
    ulimits: {nofile: {soft: 1, hard: 2}, nproc: 5}
    healthcheck: {test: curl x, interval: 1d, start_interval: 5s}
    gpus: all
    deploy: {replicas: 1, placement: {constraints: [a]}}
    develop: {watch: [{path: ./src, action: sync, target: /app}]}
    extra_hosts: ["b:1.2.3.4"]
    models: {llm: {endpoint_var: U}}
    x-own: {a: [1, b]}
  db: {image: pg}
configs: {c: {content: hello}}
secrets: {t: {environment: T}}
volumes: {data: , unused: }
models: {llm: {model: ai/x}}
`

  it("printed and read again is the same project", () => {
    const printed = projectYaml(load(whole).project)
    expect(projectYaml(load(printed).project)).toBe(printed)
    expect(printed).toMatchSnapshot()
  })

  it("printed as JSON has what docker compose has", () => {
    const json = JSON.parse(projectJson(load(whole).project))
    expect(Object.keys(json)).toEqual(["configs", "models", "name", "networks", "secrets", "services", "volumes"])
    expect(json.services.db).toEqual({ command: null, entrypoint: null, image: "pg", networks: { default: null } })
    expect(json.networks).toEqual({ default: { name: "whole_default", ipam: {} } })
    expect(json.services.web.environment.X).toBe("$$5")
  })
})
