import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Cluster } from "../../../sim/cluster/cluster.ts"
import { http } from "./http.ts"
import { type Served, serve } from "./served.ts"

/** What was created is what inspect shows, fields included that nothing here makes use of. */
let served: Served
beforeAll(async () => {
  served = await serve({ local: { apiVersion: "1.47" } })
})
afterAll(() => served.close())

const ms = 1_000_000
let names = 0

/** The part that a record has when each of its members may be missing. */
const partly = <T extends object>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(members, { requiredKeys: [] })

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/)
const path = word.map((name) => `/${name}`)
const words = fc.array(word, { minLength: 1, maxLength: 3 })
const count = fc.integer({ min: 1, max: 1_000 })
const span = fc.integer({ min: 1, max: 10_000 }).map((n) => n * ms)
const flag = fc.constant(true)
const labels = fc.dictionary(word, word, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
const driver = fc.record({ Name: word, Options: labels })

const mount = fc.oneof(
  fc.record({
    Type: fc.constant("volume"),
    Source: word,
    VolumeOptions: partly({ NoCopy: flag, Labels: labels, Subpath: word, DriverConfig: driver }),
  }),
  fc.record({
    Type: fc.constant("bind"),
    Source: path,
    ReadOnly: flag,
    Consistency: word,
    BindOptions: partly({
      Propagation: fc.constantFrom("rprivate", "shared", "rslave"),
      NonRecursive: flag,
      CreateMountpoint: flag,
      ReadOnlyNonRecursive: flag,
      ReadOnlyForceRecursive: flag,
    }),
  }),
  fc.record({
    Type: fc.constant("tmpfs"),
    TmpfsOptions: partly({ SizeBytes: count, Mode: count, Options: fc.array(words, { minLength: 1, maxLength: 2 }) }),
  }),
)

const privileges = partly({
  CredentialSpec: partly({ Config: word, File: word, Registry: word }),
  SELinuxContext: partly({ Disable: flag, User: word, Role: word, Type: word, Level: word }),
  Seccomp: partly({ Mode: fc.constantFrom("default", "unconfined", "custom"), Profile: word }),
  AppArmor: partly({ Mode: fc.constantFrom("default", "disabled") }),
  NoNewPrivileges: flag,
}).map((given) => ({ CredentialSpec: null, SELinuxContext: null, ...given }))

const container = fc
  .tuple(
    partly({
      Labels: labels,
      Command: words,
      Args: words,
      Hostname: word,
      Env: fc.array(
        fc.tuple(word, word).map(([key, value]) => `${key}=${value}`),
        { minLength: 1, maxLength: 3 },
      ),
      Dir: path,
      User: word,
      Groups: words,
      Privileges: privileges,
      Init: fc.boolean(),
      StopSignal: fc.constantFrom("SIGINT", "SIGTERM"),
      TTY: flag,
      OpenStdin: flag,
      ReadOnly: flag,
      StopGracePeriod: span,
      Healthcheck: partly({
        Test: words,
        Interval: span,
        Timeout: span,
        StartPeriod: span,
        StartInterval: span,
        Retries: count,
      }),
      Hosts: words,
      DNSConfig: partly({ Nameservers: words, Search: words, Options: words }),
      Sysctls: labels,
      CapabilityAdd: words,
      CapabilityDrop: words,
      Ulimits: fc.array(fc.record({ Name: word, Soft: count, Hard: count }), { minLength: 1, maxLength: 2 }),
      OomScoreAdj: count,
    }),
    fc.array(mount, { maxLength: 3 }),
  )
  .map(([spec, mounts]) => ({
    Image: "nginx:alpine",
    ...spec,
    ...(mounts.length > 0 && { Mounts: mounts.map((one, i) => ({ ...one, Target: `/mnt${i}` })) }),
    Isolation: "default",
  }))

const generic = fc.oneof(
  fc.record({ NamedResourceSpec: fc.record({ Kind: word, Value: word }) }),
  fc.record({ DiscreteResourceSpec: fc.record({ Kind: word, Value: count }) }),
)
const cpus = count.map((n) => n * ms)
const memory = count.map((n) => n * 2 ** 22)

const task = fc
  .tuple(
    container,
    partly({
      Resources: partly({
        Limits: partly({ NanoCPUs: cpus, MemoryBytes: memory, Pids: count }),
        Reservations: partly({
          NanoCPUs: cpus,
          MemoryBytes: memory,
          GenericResources: fc.array(generic, { minLength: 1, maxLength: 2 }),
        }),
      }),
      RestartPolicy: partly({ Delay: span, Window: span }).chain((policy) =>
        fc.constantFrom("none", "on-failure", "any").map((Condition) => ({ Condition, MaxAttempts: 0, ...policy })),
      ),
      Placement: partly({
        Constraints: fc.constant(["node.role==worker"]),
        Preferences: fc.constant([{ Spread: { SpreadDescriptor: "node.labels.zone" } }]),
        MaxReplicas: count,
        Platforms: fc.constant([{ Architecture: "amd64", OS: "linux" }]),
      }),
      LogDriver: driver,
    }),
    count,
  )
  .map(([ContainerSpec, rest, ForceUpdate]) => ({ ContainerSpec, ...rest, ForceUpdate, Runtime: "container" }))

const updating = fc
  .tuple(
    partly({ Delay: span, Monitor: span }),
    fc.record({
      Parallelism: count,
      FailureAction: fc.constantFrom("pause", "continue", "rollback"),
      MaxFailureRatio: fc.constantFrom(0, 0.25, 1),
      Order: fc.constantFrom("stop-first", "start-first"),
    }),
  )
  .map(([spans, rest]) => ({ ...spans, ...rest }))

const ports = fc
  .uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 3 })
  .map((targets) => targets.map((TargetPort) => ({ Name: "p", Protocol: "tcp", TargetPort, PublishMode: "ingress" })))

const service = fc
  .tuple(
    task,
    partly({ UpdateConfig: updating, RollbackConfig: updating }),
    labels,
    fc.oneof(
      count.map((Replicas) => ({ Replicated: { Replicas } })),
      fc.constant({ Global: {} }),
    ),
    fc.option(ports, { nil: undefined }),
  )
  .map(([TaskTemplate, rest, Labels, Mode, Ports]) => ({
    Name: `s${++names}`,
    Labels,
    TaskTemplate,
    Mode,
    ...rest,
    EndpointSpec: { Mode: "vip", ...(Ports && { Ports }) },
  }))

async function roundTrip(kind: string, spec: object): Promise<unknown> {
  const created = await http(served.url, "POST", `/${kind}/create`, { body: spec })
  expect(created, created.text).toMatchObject({ status: 201 })
  const id = JSON.parse(created.text).ID ?? JSON.parse(created.text).Id
  const { text } = await http(served.url, "GET", `/${kind}/${id}`)
  await http(served.url, "DELETE", `/${kind}/${id}`)
  return JSON.parse(text)
}

describe("what was created is what inspect shows", () => {
  test("of a service, whatever it asks for", async () => {
    await fc.assert(
      fc.asyncProperty(service, async (spec) => {
        expect(await roundTrip("services", spec)).toMatchObject({ Spec: spec })
        expect(Object.keys(spec).length).toBeGreaterThan(0)
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  test("of a config and a secret, but for the secret's data", async () => {
    const stored = fc.record({
      Name: fc.constant(0).map(() => `c${++names}`),
      Labels: labels,
      Data: fc.uint8Array({ minLength: 1 }).map((data) => Buffer.from(data).toString("base64")),
      Templating: fc.record({ Name: fc.constant("golang"), Options: labels }),
    })
    await fc.assert(
      fc.asyncProperty(stored, async (spec) => {
        expect(await roundTrip("configs", spec)).toMatchObject({ Spec: spec })
        const { Data: _, ...shown } = spec
        const secret = await roundTrip("secrets", spec)
        expect(secret).toMatchObject({ Spec: shown })
        expect(JSON.stringify(secret)).not.toContain('"Data"')
      }),
      { numRuns: 40 },
    )
  })

  test("of a network", async () => {
    const asked = {
      Driver: "overlay",
      Internal: true,
      Attachable: true,
      IPAM: { Driver: "default", Options: { a: "b" }, Config: [{ Subnet: "10.9.0.0/24", Gateway: "10.9.0.1" }] },
      Options: { encrypted: "" },
      Labels: { tier: "front" },
    }
    // Only what has been allocated is shown whole: here by a cluster that runs.
    const cluster = new Cluster({ seed: "round trip", managers: 1, workers: 0 })
    cluster.request({ op: "network.create", spec: { Name: "net", CheckDuplicate: true, ...asked } })
    const { Options, IPAM, ...shown } = asked
    expect(cluster.request({ op: "network.inspect", name: "net" })).toMatchObject({
      ...shown,
      Name: "net",
      IPAM: { Driver: IPAM.Driver, Config: IPAM.Config },
      Options,
    })
  })
})

test.each([
  ["1.40", { CapabilityAdd: ["CAP"], Ulimits: [{ Name: "n", Soft: 1, Hard: 2 }] }],
  ["1.43", { Privileges: { Seccomp: { Mode: "default" }, AppArmor: { Mode: "disabled" }, NoNewPrivileges: true } }],
  ["1.45", { OomScoreAdj: 5 }],
])("a client of level %s cannot mean what came later", async (level, fields) => {
  const body = { Name: `l${++names}`, TaskTemplate: { ContainerSpec: { Image: "nginx", ...fields } } }
  const kept = async (prefix: string) => {
    await http(served.url, "POST", `${prefix}/services/create`, { body })
    const { text } = await http(served.url, "GET", `/services/${body.Name}`)
    await http(served.url, "DELETE", `/services/${body.Name}`)
    const spec = JSON.parse(text).Spec.TaskTemplate.ContainerSpec
    return Object.keys(fields).flatMap((field) => (field in spec ? JSON.stringify(spec[field]) : []))
  }
  const now = await kept("/v1.47")
  expect(now).toHaveLength(Object.keys(fields).length)
  expect(await kept(`/v${level}`)).not.toEqual(now)
})
