import * as Result from "effect/Result"
import { expect, test } from "vitest"
import { parseJson } from "../../../nodes/api/decode.ts"
import { decodeServiceSpec } from "../../../nodes/api/service-body.ts"
import { World } from "./world.ts"

/** What the docker CLI 28.2 sent, and what a real engine (API 1.41) showed of it afterwards. */
interface Recorded {
  readonly sent: object
  readonly shown: object
}

const plain: Recorded = {
  sent: {
    Name: "web2",
    Labels: {},
    TaskTemplate: {
      ContainerSpec: { Image: "busybox:latest", Args: ["sleep", "1d"], Init: false, DNSConfig: {} },
      Resources: { Limits: {}, Reservations: {} },
      Placement: { Constraints: ["node.role==worker", "node.platform.os!=windows"] },
      ForceUpdate: 0,
    },
    Mode: { Global: {} },
    EndpointSpec: { Mode: "vip" },
  },
  shown: {
    Name: "web2",
    Labels: {},
    TaskTemplate: {
      ContainerSpec: {
        Image: "busybox:latest",
        Args: ["sleep", "1d"],
        Init: false,
        DNSConfig: {},
        Isolation: "default",
      },
      Resources: { Limits: {}, Reservations: {} },
      Placement: { Constraints: ["node.role==worker", "node.platform.os!=windows"] },
      ForceUpdate: 0,
      Runtime: "container",
    },
    Mode: { Global: {} },
    EndpointSpec: { Mode: "vip" },
  },
}

const ofStack: Recorded = {
  sent: {
    Name: "vote_db",
    Labels: { "com.docker.stack.namespace": "vote" },
    TaskTemplate: {
      ContainerSpec: {
        Image: "postgres:15-alpine",
        Labels: { "com.docker.stack.namespace": "vote" },
        Env: ["POSTGRES_USER=postgres"],
        Privileges: { CredentialSpec: null, SELinuxContext: null, NoNewPrivileges: false },
        Mounts: [
          { Type: "volume", Source: "vote_db-data", Target: "/var/lib/postgresql/data", VolumeOptions: {} },
          { Type: "tmpfs", Target: "/scratch" },
        ],
      },
      Resources: {},
      RestartPolicy: { Condition: "on-failure" },
      Placement: {},
      ForceUpdate: 0,
    },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: { Parallelism: 1, Delay: 5_000_000_000, MaxFailureRatio: 0, Order: "" },
    EndpointSpec: { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishMode: "host", PublishedPort: 8443 }] },
  },
  shown: {
    Name: "vote_db",
    Labels: { "com.docker.stack.namespace": "vote" },
    TaskTemplate: {
      ContainerSpec: {
        Image: "postgres:15-alpine",
        Labels: { "com.docker.stack.namespace": "vote" },
        Env: ["POSTGRES_USER=postgres"],
        Privileges: { CredentialSpec: null, SELinuxContext: null },
        Mounts: [
          { Type: "volume", Source: "vote_db-data", Target: "/var/lib/postgresql/data", VolumeOptions: {} },
          { Type: "tmpfs", Target: "/scratch" },
        ],
        Isolation: "default",
      },
      Resources: {},
      RestartPolicy: { Condition: "on-failure", MaxAttempts: 0 },
      Placement: {},
      ForceUpdate: 0,
      Runtime: "container",
    },
    Mode: { Replicated: { Replicas: 1 } },
    UpdateConfig: {
      Parallelism: 1,
      Delay: 5_000_000_000,
      FailureAction: "pause",
      MaxFailureRatio: 0,
      Order: "stop-first",
    },
    EndpointSpec: {
      Mode: "vip",
      Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 8443, PublishMode: "host" }],
    },
  },
}

test.each([
  ["service create", plain],
  ["stack deploy", ofStack],
])("the spec of a %s is shown as a real engine shows it", (_, { sent, shown }) => {
  const world = new World()
  const body = Result.getOrThrow(parseJson(JSON.stringify(sent)))
  const name = world.createService(Result.getOrThrow(decodeServiceSpec(body)))
  expect(world.get<{ Spec: object }>({ op: "service.inspect", name, insertDefaults: false }).Spec).toEqual(shown)
})

test("a spec that comes back from the engine is taken for what it was: sending it again changes no task", () => {
  const world = new World()
  const body = Result.getOrThrow(parseJson(JSON.stringify(ofStack.sent)))
  const name = world.createService(Result.getOrThrow(decodeServiceSpec(body)))
  const { Version, Spec } = world.get<{ Version: { Index: number }; Spec: object }>({
    op: "service.inspect",
    name,
    insertDefaults: false,
  })
  const spec = Result.getOrThrow(decodeServiceSpec(Result.getOrThrow(parseJson(JSON.stringify(Spec)))))
  world.get({ op: "service.update", name, version: Version.Index, spec, rollback: false })
  expect(world.store.get("services", name)?.SpecVersion).toEqual({ Index: 1 })
})
