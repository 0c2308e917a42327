import { describe, expect, it } from "vitest"
import { ignoredText } from "../../compose/index.ts"
import { complaint, load, web, webOf } from "./helper.ts"

describe("short ports", () => {
  const port = (target: number, published?: number, protocol = "tcp") => ({
    mode: "ingress",
    target,
    ...(published === undefined ? {} : { published }),
    protocol,
  })
  it.each([
    ["80", [port(80)]],
    ["'8080:80'", [port(80, 8080)]],
    ["'8080:80/UDP'", [port(80, 8080, "udp")]],
    ["':80'", [port(80)]],
    ["'8-11'", [port(10), port(11), port(8), port(9)]],
    ["'90-91:80'", [port(80, 90), port(80, 91)]],
    ["'90-91:80-81'", [port(80, 90), port(81, 91)]],
    ["{target: 80, published: 4294967376}", [{ target: 80, published: 80 }]],
  ])("%s", (entry, ports) => {
    expect(webOf(web("image: a", `ports: [${entry}]`)).ports).toEqual(ports)
  })

  it("on one address warn that Swarm listens on all", () => {
    const text = web("image: a", "ports: ['127.0.0.1:8001:8001', '[::1]:8003:8003', '127.0.0.1::5000', '0.0.0.0:1:1']")
    expect(load(text).warnings).toEqual([
      "ignoring IP-address (127.0.0.1:8001:8001/tcp) service will listen on '0.0.0.0'",
      "ignoring IP-address ([::1]:8003:8003/tcp) service will listen on '0.0.0.0'",
      "ignoring IP-address (127.0.0.1::5000/tcp) service will listen on '0.0.0.0'",
    ])
  })
})

describe("short volumes", () => {
  it.each([
    ["/data", { type: "volume", target: "/data" }],
    ["db:/data", { type: "volume", source: "db", target: "/data" }],
    ["sub/dir:/data:ro", { type: "volume", source: "sub/dir", target: "/data", read_only: true }],
    ["db:/d:nocopy", { type: "volume", source: "db", target: "/d", volume: { nocopy: true } }],
    ["./a/../b:/b", { type: "bind", source: "/work/b", target: "/b" }],
    ["/abs/../x:/b:z", { type: "bind", source: "/abs/../x", target: "/b" }],
    ["/a:/b:rslave,ro", { type: "bind", source: "/a", target: "/b", read_only: true, bind: { propagation: "rslave" } }],
    ["~/x:/b", { type: "bind", source: "/home/me/x", target: "/b" }],
    ["v:/data", { type: "volume", target: "v:/data" }],
    ["w:/data:ro", { type: "bind", source: "w:/data", target: "ro" }],
  ])("%s", (entry, volume) => {
    expect(webOf(web("image: a", `volumes: ['${entry}']`), { env: { HOME: "/home/me" } }).volumes).toEqual([volume])
  })

  it.each([
    ["aa::ro", "invalid spec: aa::ro: empty section between colons"],
    ["aa:/b:ro:x", "invalid spec: aa:/b:ro:x: too many colons"],
    ["", "invalid empty volume spec"],
  ])("%j are refused", (entry, why) => {
    expect(complaint(web("image: a", `volumes: ['${entry}']`))).toBe(
      `decoding failed due to the following error(s):\n\nerror decoding 'Volumes[0]': ${why}`,
    )
  })
})

describe("the other short forms of a service", () => {
  it.each([
    ['command: echo \'a b\' "c\\"d" # rest', "command", ["echo", "a b", 'c"d']],
    ["entrypoint: ''", "entrypoint", undefined],
    ["healthcheck: {test: curl x, interval: 90s}", "healthcheck", { test: ["CMD-SHELL", "curl x"], interval: "1m30s" }],
    ["dns: 1.1.1.1", "dns", ["1.1.1.1"]],
    ["expose: [80, '81']", "expose", ["80", "81"]],
    ["extra_hosts: ['a=1.2.3.4', 'b:[::1]', c]", "extra_hosts", ["a:1.2.3.4", "b:::1"]],
    ["extra_hosts: {b: 1.1.1.1, a: 2.2.2.2, c: }", "extra_hosts", ["a:2.2.2.2", "b:1.1.1.1"]],
    ["secrets: [a, {source: b, mode: 0440}]", "secrets", [{ source: "a" }, { source: "b", mode: 288 }]],
    ["networks: [a]", "networks", new Map([["a", null]])],
    [
      "ulimits: {nproc: 0, nofile: {soft: 1, hard: 2}}",
      "ulimits",
      new Map<string, object>([
        ["nproc", {}],
        ["nofile", { soft: 1, hard: 2 }],
      ]),
    ],
    [
      "labels: [a=b, c]",
      "labels",
      new Map([
        ["a", "b"],
        ["c", ""],
      ]),
    ],
    ["deploy: {}", "deploy", undefined],
    [
      "deploy: {replicas: 0, resources: {limits: {memory: 1.5g}}}",
      "deploy",
      { replicas: 0, resources: { limits: { memory: "1610612736" } } },
    ],
    ["stop_grace_period: .5s", "stop_grace_period", "500ms"],
  ] as const)("%s", (line, key, value) => {
    expect(webOf(web(line))[key]).toEqual(value)
  })

  it.each([
    [
      "deploy: {resources: {limits: {memory: lots}}}",
      "error decoding 'Deploy.Resources.Limits.memory': invalid size: 'lots'",
    ],
    [
      "deploy: {resources: {limits: {memory: 1q}}}",
      "error decoding 'Deploy.Resources.Limits.memory': invalid suffix: 'q'",
    ],
    ["deploy: {replicas: -1}", "cannot parse 'Deploy.Replicas', -1 overflows uint"],
    [
      "deploy: {restart_policy: {max_attempts: -1}}",
      "cannot parse 'Deploy.restart_policy.max_attempts', -1 overflows uint",
    ],
    ["ports: [{target: -1}]", "cannot parse 'Ports[0].Target', -1 overflows uint"],
    ["shm_size: 64", "'shm_size' expected type 'string', got unconvertible type 'int', value: '64'"],
  ])("%s cannot be decoded", (line, why) => {
    expect(complaint(web(line))).toBe(`decoding failed due to the following error(s):\n\n${why}`)
  })
})

describe("the environment of a service", () => {
  it("takes env_files in order, then its own, and fills what is empty from the command's environment", () => {
    const text = web("image: a", "env_file: [one.env, two.env]", "environment: {OWN: x, EMPTY: '', NIL: , SET: ''}")
    const disk = {
      "/work/one.env": "\ufeffA=1\nB=1\n# no\n\n  C='q' # raw $A \r\nFROM_ENV\nNOT_SET\n",
      "/work/two.env": "B=2\nOWN=y\n",
    }
    const found = webOf(text, { disk, env: { FROM_ENV: "f", SET: "s" } }).environment
    expect(Object.fromEntries(found ?? [])).toEqual({
      A: "1",
      B: "2",
      C: "'q' # raw $A ",
      FROM_ENV: "f",
      OWN: "x",
      EMPTY: "",
      NIL: null,
      SET: "s",
    })
  })

  it.each([
    ["=x", "invalid env file (/work/a.env): no variable name on line '=x'"],
    ["export A=1", "invalid env file (/work/a.env): variable 'export A' contains whitespaces"],
  ])("refuses the line %j", (line, message) => {
    expect(complaint(web("image: a", "env_file: a.env"), { disk: { "/work/a.env": line } })).toBe(message)
  })

  it("needs its files", () => {
    expect(complaint(web("env_file: a.env"))).toBe("open /work/a.env: no such file or directory")
  })
})

describe("top-level objects", () => {
  it("that are external get their name, with a word on the old way to give it", () => {
    const { config, warnings } = load(
      "networks: {n: {external: {name: x}}, m: {external: true}}\nvolumes: {v: {external: {}}}\n",
    )
    expect(config.networks.get("n")).toEqual({ name: "x", external: true })
    expect(config.networks.get("m")).toEqual({ name: "m", external: true })
    expect(config.volumes.get("v")).toEqual({ name: "v", external: true })
    expect(warnings).toEqual(["network n: network.external.name is deprecated in favor of network.name"])
  })

  it.each([
    [
      "networks: {n: {name: a, external: {name: b}}}",
      "network n: network.external.name and network.name conflict; only use network.name",
    ],
    [
      "volumes: {v: {external: true, driver: d}}",
      'conflicting parameters "external" and "driver" specified for volume "v"',
    ],
    ["secrets: {s: {driver: d, file: f}}", "secret s: secret.driver and secret.file conflict; only use secret.driver"],
  ])("%s is refused", (text, message) => {
    expect(complaint(`${text}\n`)).toBe(message)
  })

  it("of secrets without a file point at the working directory", () => {
    expect(load("secrets: {s: {}, t: {file: ./a}}\n").config.secrets).toEqual(
      new Map([
        ["s", { file: "/work" }],
        ["t", { file: "/work/a" }],
      ]),
    )
  })
})

describe("what deploy leaves out", () => {
  it("is listed, unsupported before deprecated", () => {
    const text = web("image: a", "restart: always", "build: .", "container_name: x", "privileged: false")
    expect(ignoredText(load(text).ignored)).toBe(
      "Ignoring unsupported options: build, privileged, restart\n\nIgnoring deprecated options:\n\ncontainer_name: Setting the container name is not supported.\n\n",
    )
  })
})
