import { describe, expect, it } from "vitest"
import { containerOf, convert, refusal, specOf, web } from "./helper.ts"

const namespace = { "com.docker.stack.namespace": "shop" }

describe("a service", () => {
  it("of nothing but an image becomes the spec that docker stack deploy creates", () => {
    expect(specOf(web("image: nginx"))).toEqual({
      Name: "shop_web",
      Labels: { "com.docker.stack.image": "nginx", ...namespace },
      TaskTemplate: {
        ContainerSpec: { Image: "nginx:latest", Labels: namespace, Privileges: { NoNewPrivileges: false } },
        Resources: {},
        Placement: {},
        Networks: [{ Target: "shop_default", Aliases: ["web"] }],
        ForceUpdate: 0,
      },
      Mode: { Replicated: {} },
      EndpointSpec: {},
    })
  })

  it.each([
    ["deploy: {replicas: 0}", { Mode: { Replicated: { Replicas: 0 } } }],
    ["deploy: {mode: global}", { Mode: { Global: {} } }],
    [
      "deploy: {mode: replicated-job, replicas: 4}",
      { Mode: { ReplicatedJob: { MaxConcurrent: 4, TotalCompletions: 4 } } },
    ],
    ["deploy: {update_config: {}}", { UpdateConfig: { Parallelism: 1 } }],
    [
      "deploy: {update_config: {parallelism: 0, delay: 1m, order: start-first}}",
      { UpdateConfig: { Parallelism: 0, Delay: 60e9, Order: "start-first" } },
    ],
    ["deploy: {endpoint_mode: DNSRR}", { EndpointSpec: { Mode: "dnsrr" } }],
    [
      "ports: ['81:1', '80:2/udp']",
      {
        EndpointSpec: {
          Ports: [
            { Protocol: "udp", TargetPort: 2, PublishedPort: 80, PublishMode: "ingress" },
            { Protocol: "tcp", TargetPort: 1, PublishedPort: 81, PublishMode: "ingress" },
          ],
        },
      },
    ],
    ["restart: on-failure:3", { TaskTemplate: { RestartPolicy: { Condition: "on-failure", MaxAttempts: 3 } } }],
    ["restart: always", { TaskTemplate: { RestartPolicy: { Condition: "any" } } }],
    [
      "deploy: {restart_policy: {condition: none, window: 5s}}",
      { TaskTemplate: { RestartPolicy: { Condition: "none", Window: 5e9 } } },
    ],
    [
      "deploy: {resources: {limits: {cpus: '1/4', memory: 64M, pids: 5}}}",
      { TaskTemplate: { Resources: { Limits: { NanoCPUs: 250_000_000, MemoryBytes: 67_108_864, Pids: 5 } } } },
    ],
    [
      "deploy: {placement: {constraints: [node.role == manager], preferences: [{spread: node.labels.z}], max_replicas_per_node: 2}}",
      {
        TaskTemplate: {
          Placement: {
            Constraints: ["node.role == manager"],
            Preferences: [{ Spread: { SpreadDescriptor: "node.labels.z" } }],
            MaxReplicas: 2,
          },
        },
      },
    ],
    [
      "logging: {driver: syslog, options: {tag: 1}}",
      { TaskTemplate: { LogDriver: { Name: "syslog", Options: { tag: "1" } } } },
    ],
  ])("with %s", (line, spec) => {
    expect(specOf(web("image: nginx", line))).toMatchObject(spec)
  })

  it("with restart: no has no restart policy", () => {
    expect(specOf(web("image: nginx", 'restart: "no"')).TaskTemplate).not.toHaveProperty("RestartPolicy")
  })
})

describe("a container", () => {
  it.each([
    ["entrypoint: a b", { Command: ["a", "b"] }],
    ["command: [c]", { Args: ["c"] }],
    ["environment: {B: 2, A: , C: ''}", { Env: ["A", "B=2", "C="] }],
    ["extra_hosts: ['a:1.2.3.4']", { Hosts: ["1.2.3.4 a"] }],
    ["dns: 1.1.1.1", { DNSConfig: { Nameservers: ["1.1.1.1"] } }],
    ["stop_grace_period: 1.5s", { StopGracePeriod: 1_500_000_000 }],
    ["healthcheck: {disable: true}", { Healthcheck: { Test: ["NONE"] } }],
    [
      "healthcheck: {test: x, retries: 0, interval: 1s}",
      { Healthcheck: { Test: ["CMD-SHELL", "x"], Interval: 1e9, Retries: 0 } },
    ],
    [
      "cap_add: [net_admin, CAP_CHOWN]\n    cap_drop: [all, ' chown ']",
      { CapabilityAdd: ["CAP_CHOWN", "CAP_NET_ADMIN"], CapabilityDrop: ["ALL"] },
    ],
    [
      "ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}",
      {
        Ulimits: [
          { Name: "nofile", Soft: 1, Hard: 2 },
          { Name: "nproc", Soft: 5, Hard: 5 },
        ],
      },
    ],
    ["volumes: [/anon]", { Mounts: [{ Type: "volume", Target: "/anon" }] }],
    ["volumes: ['./a:/b:ro']", { Mounts: [{ Type: "bind", Source: "/work/a", Target: "/b", ReadOnly: true }] }],
    [
      "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 9}}]",
      { Mounts: [{ Type: "tmpfs", Target: "/t", TmpfsOptions: { SizeBytes: 9 } }] },
    ],
  ])("with %s", (line, container) => {
    expect(containerOf(web("image: nginx", line))).toMatchObject(container)
  })

  it("mounts volumes of the stack under their name in the cluster", () => {
    const volumes = "volumes: {own: {labels: {a: b}, driver: d}, renamed: {name: real}, out: {external: true}}\n"
    const found = containerOf(volumes + web("image: a", "volumes: ['own:/1', 'renamed:/2', 'out:/3']"))
    expect(found.Mounts).toEqual([
      {
        Type: "volume",
        Source: "shop_own",
        Target: "/1",
        VolumeOptions: { Labels: { a: "b", ...namespace }, DriverConfig: { Name: "d" } },
      },
      { Type: "volume", Source: "real", Target: "/2", VolumeOptions: { Labels: namespace } },
      { Type: "volume", Source: "out", Target: "/3", VolumeOptions: {} },
    ])
  })

  it("gets its secrets sorted by name, with the IDs they have by then", () => {
    const text = `secrets: {s: {file: s.txt}, e: {external: true}}\n${web("image: a", "secrets: [{source: s, target: t, mode: 0400}, e]")}`
    const specs = convert(text, { disk: { "/work/s.txt": "top" } })
    expect(specs.secrets).toEqual([{ Name: "shop_s", Labels: namespace, Data: "dG9w" }])
    expect(specs.services[0]?.TaskTemplate.ContainerSpec?.Secrets).toEqual([
      { File: { Name: "e", UID: "0", GID: "0", Mode: 292 }, SecretID: "id of e", SecretName: "e" },
      { File: { Name: "t", UID: "0", GID: "0", Mode: 256 }, SecretID: "id of shop_s", SecretName: "shop_s" },
    ])
  })
})

describe("the image", () => {
  it.each([
    ["nginx", "nginx:latest"],
    ["docker.io/library/nginx:1", "nginx:1"],
    ["index.docker.io/me/app", "me/app:latest"],
    ["localhost/app", "localhost/app:latest"],
    ["reg:5000/a/b:t", "reg:5000/a/b:t"],
    [`a@sha256:${"0".repeat(64)}`, `a@sha256:${"0".repeat(64)}`],
  ])("%s is asked for as %s", (written, asked) => {
    expect(containerOf(web(`image: ${written}`)).Image).toBe(asked)
  })

  it.each([
    [
      "image: 'Upper Case'",
      "invalid image reference for service web: invalid reference format: repository name (library/Upper Case) must be lowercase",
    ],
    ["image: 'a:b:c'", "invalid image reference for service web: invalid reference format"],
    ["build: .", "invalid image reference for service web: no image specified"],
  ])("%s is refused", (line, message) => {
    expect(refusal(web(line))).toBe(message)
  })
})

describe("networks", () => {
  it("are created when a service uses them; external ones must exist; the engine's own are taken as they are", () => {
    const text = `networks: {unused: , n: {driver_opts: {x: 1}, ipam: {config: [{subnet: 10.1.0.0/16}]}}, e: {external: {name: out}}, h: {external: true, name: host}}\n${web("image: a", "networks: {n: {aliases: [al]}, e: , h: }")}`
    const specs = convert(text)
    expect(specs.networks).toEqual([
      {
        name: "shop_n",
        body: {
          Name: "shop_n",
          Driver: "overlay",
          Scope: "",
          Internal: false,
          Attachable: false,
          Ingress: false,
          ConfigOnly: false,
          Options: { x: "1" },
          IPAM: { Config: [{ Subnet: "10.1.0.0/16" }] },
          Labels: namespace,
        },
      },
    ])
    expect(specs.externalNetworks).toEqual(["out"])
    expect(specs.services[0]?.TaskTemplate.Networks).toEqual([
      { Target: "host" },
      { Target: "out", Aliases: ["web"] },
      { Target: "shop_n", Aliases: ["al", "web"] },
    ])
  })
})

describe("what cannot be deployed", () => {
  it.each([
    ["networks: [n]", 'undefined network "n"'],
    ["volumes: ['vol:/a']", 'undefined volume "vol"'],
    ["secrets: [s]", 'undefined secret "s"'],
    ["configs: [c]", 'undefined config "c"'],
    ["deploy: {mode: Replicated}", "Unknown mode: Replicated"],
    ["deploy: {mode: global, replicas: 1}", "replicas can only be used with replicated or replicated-job mode"],
    ["restart: sometimes", "unknown restart policy: sometimes"],
    ["restart: on-failure:x", "invalid restart policy format: maximum retry count must be an integer"],
    ["deploy: {resources: {limits: {cpus: half}}}", "failed to parse half as a rational number"],
    ["deploy: {resources: {limits: {cpus: '1/3'}}}", "value is too precise"],
    ["healthcheck: {disable: true, test: x}", "test and disable can't be set at the same time"],
    ["volumes: [{type: tmpfs, source: x}]", "invalid tmpfs source, source must be empty"],
    ["volumes: [{type: bind, source: /x, volume: {}}]", "volume options are incompatible with type bind"],
    ["volumes: [{type: disk}]", "volume type must be volume, bind, tmpfs, npipe, or cluster"],
    ["credential_spec: {file: a, registry: b}", 'invalid credential spec: cannot specify both "File" and "Registry"'],
  ])("%s", (line, message) => {
    expect(refusal(web("image: a", line))).toBe(`service web: ${message}`)
  })

  it("includes a secret whose file is not there", () => {
    expect(refusal(`secrets: {s: {file: s.txt}}\n${web("image: a")}`)).toBe(
      "open /work/s.txt: no such file or directory",
    )
  })
})
