import { describe, expect, test } from "vitest"
import type { ContainerSpec } from "../../../core/model/container-spec.ts"
import type { EndpointSpec } from "../../../core/model/endpoint.ts"
import type { ServiceSpec, UpdateConfig } from "../../../core/model/service.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"
import { service, World } from "./world.ts"

const container = (more: ContainerSpec): ServiceSpec =>
  service("x", { TaskTemplate: { ContainerSpec: { Image: "nginx", ...more } } })
const task = (more: TaskSpec): ServiceSpec =>
  service("x", { TaskTemplate: { ContainerSpec: { Image: "nginx" }, ...more } })
const endpoint = (EndpointSpec: EndpointSpec): ServiceSpec => service("x", { EndpointSpec })
const update = (more: Partial<UpdateConfig>): ServiceSpec => service("x", { UpdateConfig: { Parallelism: 1, ...more } })
const rpc = (code: string, text: string): string => `rpc error: code = ${code} desc = ${text}`
const invalid = (text: string): string => rpc("InvalidArgument", text)
const file = { Name: "f", UID: "0", GID: "0", Mode: 292 }

/** A cluster that has a service with port 8080, a secret and a network. */
function populated() {
  const world = new World()
  const web = world.createService(
    service("web", { EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080 }] } }),
  )
  const secret = world.get<{ ID: string }>({ op: "secret.create", spec: { Name: "sec1", Data: "eA==" } }).ID
  return { world, web, secret }
}

describe("service create refuses", () => {
  const { world, web, secret } = populated()
  const other = { SecretID: secret, SecretName: "sec1", File: file }

  test.each<[string, ServiceSpec, number, string]>([
    [
      "a name that is taken",
      service("web"),
      409,
      rpc("AlreadyExists", "name conflicts with an existing object: service web already exists"),
    ],
    ["a name with a blank", service("bad name"), 400, invalid("name must be valid as a DNS name component")],
    ["a name that ends in a hyphen", service("bad-"), 400, invalid("name must be valid as a DNS name component")],
    ["a name of 64 characters", service("a".repeat(64)), 400, invalid("name must be 63 characters or fewer")],
    ["a task without a container", service("x", { TaskTemplate: {} }), 400, "mismatched Runtime and *Spec fields"],
    ["plugins", task({ Runtime: "plugin" }), 400, "mismatched Runtime and *Spec fields"],
    ["a strange runtime", task({ Runtime: "attachment" }), 400, "unsupported runtime"],
    ["two modes", service("x", { Mode: { Replicated: {}, Global: {} } }), 400, "must specify only one service mode"],
    ["no image", container({ Image: "" }), 400, invalid("ContainerSpec: image reference must be provided")],
    [
      "a bad image",
      container({ Image: "BADIMAGE:x" }),
      400,
      invalid('ContainerSpec: "BADIMAGE:x" is not a valid repository/tag'),
    ],
    [
      "another service's ingress port",
      endpoint({ Ports: [{ TargetPort: 80, PublishedPort: 8080 }] }),
      400,
      invalid(`port '8080' is already in use by service 'web' (${web}) as an ingress port`),
    ],
    [
      "a port published twice",
      endpoint({
        Ports: [
          { TargetPort: 80, PublishedPort: 81, PublishMode: "host" },
          { TargetPort: 82, PublishedPort: 81, PublishMode: "host" },
        ],
      }),
      400,
      invalid("EndpointSpec: duplicate published ports provided"),
    ],
    [
      "ingress ports with dnsrr",
      endpoint({ Mode: "dnsrr", Ports: [{ TargetPort: 80, PublishedPort: 81 }] }),
      400,
      invalid("EndpointSpec: port published with ingress mode can't be used with dnsrr mode"),
    ],
    [
      "a port beyond 65535",
      endpoint({ Ports: [{ TargetPort: 80, PublishedPort: 99_999 }] }),
      400,
      invalid("EndpointSpec: ports must be numbers from 0 to 65535"),
    ],
    ["an unknown network", task({ Networks: [{ Target: "nosuch" }] }), 500, "network nosuch not found"],
    [
      "the ingress network",
      task({ Networks: [{ Target: "ingress" }] }),
      400,
      invalid('Service cannot be explicitly attached to the ingress network "ingress"'),
    ],
    [
      "a constraint without an operator",
      task({ Placement: { Constraints: ["bad"] } }),
      500,
      rpc("Unknown", "constraint expected one operator from ==, !="),
    ],
    [
      "a constraint with a bad key",
      task({ Placement: { Constraints: ["no de==x"] } }),
      500,
      rpc("Unknown", "key 'no de' is invalid"),
    ],
    [
      "a constraint without a value",
      task({ Placement: { Constraints: ["node.role=="] } }),
      500,
      rpc("Unknown", "value '' is invalid"),
    ],
    [
      "a memory limit below 4 MiB",
      task({ Resources: { Limits: { MemoryBytes: 1 } } }),
      400,
      invalid("invalid memory value 1: Must be at least 4MiB"),
    ],
    [
      "a memory reservation below 4 MiB",
      task({ Resources: { Reservations: { MemoryBytes: 1024 } } }),
      400,
      invalid("invalid memory value 1024: Must be at least 4MiB"),
    ],
    [
      "a sliver of a CPU",
      task({ Resources: { Limits: { NanoCPUs: 1 } } }),
      400,
      invalid("invalid cpu value 1e-09: Must be at least 0.001"),
    ],
    [
      "a negative restart delay",
      task({ RestartPolicy: { Delay: -1 } }),
      400,
      invalid("TaskSpec: restart-delay cannot be negative"),
    ],
    [
      "a negative restart window",
      task({ RestartPolicy: { Window: -1 } }),
      400,
      invalid("TaskSpec: restart-window cannot be negative"),
    ],
    [
      "a failure ratio above 1",
      update({ MaxFailureRatio: 2 }),
      400,
      invalid("TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1"),
    ],
    ["a negative update delay", update({ Delay: -1 }), 400, invalid("TaskSpec: update-delay cannot be negative")],
    [
      "a negative monitoring time",
      update({ Monitor: -1 }),
      400,
      invalid("TaskSpec: update-monitor cannot be negative"),
    ],
    [
      "a job with an update config",
      service("x", { Mode: { GlobalJob: {} }, UpdateConfig: { Parallelism: 1 } }),
      400,
      invalid("Jobs may not have an update config"),
    ],
    [
      "more replicas than a cluster can ever hold",
      service("x", { Mode: { Replicated: { Replicas: 1e15 } } }),
      400,
      invalid("Number of replicas must not be more than 1000000"),
    ],
    [
      "half a replica",
      service("x", { Mode: { Replicated: { Replicas: 0.5 } } }),
      400,
      invalid("Number of replicas must be non-negative"),
    ],
    [
      "a host name template that asks for what there is not",
      container({ Hostname: "{{.Bogus}}" }),
      400,
      invalid(
        'expanding hostname failed: template: expansion:1:2: executing "expansion" at <.Bogus>: can\'t evaluate field Bogus in type *template.Context',
      ),
    ],
    [
      "two mounts on one path",
      container({ Mounts: [{ Target: "/x" }, { Target: "/x" }] }),
      400,
      invalid("ContainerSpec: duplicate mount point: /x"),
    ],
    [
      "a health check every nanosecond",
      container({ Healthcheck: { Interval: 1 } }),
      400,
      invalid("ContainerSpec: Interval in HealthConfig cannot be less than 1ms"),
    ],
    [
      "a secret that is not there",
      container({ Secrets: [{ SecretID: "nosuch", SecretName: "s", File: file }] }),
      400,
      invalid("secret not found: s"),
    ],
    [
      "configs that are not there",
      container({
        Configs: [
          { ConfigID: "c1", ConfigName: "a", File: file },
          { ConfigID: "c2", ConfigName: "b", Runtime: {} },
        ],
      }),
      400,
      invalid("configs not found: a, b"),
    ],
    [
      "a secret under another name",
      container({ Secrets: [{ ...other, SecretName: "alias" }] }),
      400,
      invalid("secret not found: alias"),
    ],
    [
      "a secret without a target",
      container({ Secrets: [{ SecretID: secret, SecretName: "sec1" }] }),
      400,
      invalid("malformed secret reference, no target provided"),
    ],
    [
      "two secrets in one file",
      container({ Secrets: [other, other] }),
      400,
      invalid("secret references 'sec1' and 'sec1' have a conflicting target: 'f'"),
    ],
  ])("%s", (_, spec, status, message) => {
    expect(world.refusal({ op: "service.create", spec })).toMatchObject({ status, message })
  })

  test("ingress ports without an ingress network", () => {
    const bare = new World()
    bare.change((tx) => tx.delete("networks", "ingressnetwork"))
    expect(bare.refusal({ op: "service.create", spec: endpoint({ Ports: [{ TargetPort: 80 }] }) })).toMatchObject({
      status: 400,
      message: rpc("FailedPrecondition", "service needs ingress network, but no ingress network is present"),
    })
  })

  test.each([
    ["a constraint that no node can meet", task({ Placement: { Constraints: ["node.bogus==1"] } })],
    [
      "templates over the task",
      container({ Hostname: "{{.Node.Hostname}}-{{.Task.Slot}}", Env: ["A={{.Service.Name}}"] }),
    ],
    [
      "an image with registry, port, tag and digest",
      container({ Image: `localhost:5000/a/b__c:1@sha256:${"a".repeat(64)}` }),
    ],
    [
      "another service's port for another protocol",
      endpoint({ Ports: [{ TargetPort: 80, PublishedPort: 8080, Protocol: "udp" }] }),
    ],
  ])("but not %s", (_, spec) => {
    expect(populated().world.createService(spec)).toHaveLength(25)
  })
})

describe("service update refuses", () => {
  const versionOf = (world: World, id: string) => world.store.get("services", id)?.Version.Index ?? 0

  test.each<[string, ServiceSpec, boolean, number, string]>([
    ["another name", service("renamed"), false, 501, rpc("Unimplemented", "renaming services is not supported")],
    [
      "another mode",
      service("web", { Mode: { Global: {} } }),
      false,
      501,
      rpc("Unimplemented", "service mode change is not allowed"),
    ],
    [
      "a spec that create would refuse",
      service("web", { TaskTemplate: {} }),
      false,
      400,
      "mismatched Runtime and *Spec fields",
    ],
    [
      "networks changed in their old place",
      service("web", { Networks: [{ Target: "bridge" }] }),
      false,
      501,
      rpc("Unimplemented", "networks must be migrated to TaskSpec before being changed"),
    ],
  ])("%s", (_, spec, rollback, status, message) => {
    const { world, web } = populated()
    const request = { op: "service.update", name: "web", version: versionOf(world, web), spec, rollback } as const
    expect(world.refusal(request)).toMatchObject({ status, message })
  })

  test("a rollback without a previous spec", () => {
    const { world, web } = populated()
    const request = { op: "service.update", name: "web", version: 1, spec: service("web"), rollback: true } as const
    expect(world.refusal(request)).toMatchObject({
      status: 400,
      message: rpc("FailedPrecondition", `service ${web} does not have a previous spec`),
    })
  })

  test("a version that is not the service's", () => {
    const { world } = populated()
    const request = { op: "service.update", name: "web", version: 1, spec: service("web"), rollback: false } as const
    expect(world.refusal(request)).toMatchObject({ status: 500, message: rpc("Unknown", "update out of sequence") })
  })

  test("an unknown service", () => {
    const request = {
      op: "service.update",
      name: "nosuch",
      version: 1,
      spec: service("nosuch"),
      rollback: false,
    } as const
    expect(new World().refusal(request)).toMatchObject({ status: 404, message: "service nosuch not found" })
  })

  test("a second update from the same version, also within one transaction", () => {
    const { world, web } = populated()
    const version = versionOf(world, web)
    const request = { op: "service.update", name: "web", version, spec: service("web"), rollback: false } as const
    const [first, second] = world.together([request, request])
    expect(first).toMatchObject({ _tag: "Success" })
    expect(second).toMatchObject({ _tag: "Failure", failure: { message: rpc("Unknown", "update out of sequence") } })
  })
})
