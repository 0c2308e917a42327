import type { Node, Service, Task } from "../../core/model/index.ts"
import type { Draft } from "../../core/store/index.ts"

/** Small objects for tests; what a test does not name is as plain as can be. */
export const serviceDraft = (id: string, name = id): Draft<"services"> => ({
  ID: id,
  Spec: {
    Name: name,
    TaskTemplate: { ContainerSpec: { Image: "nginx:alpine" } },
    Mode: { Replicated: { Replicas: 1 } },
  },
  SpecVersion: { Index: 1 },
  Endpoint: {},
})

export const taskDraft = (id: string, change: Partial<Task> = {}): Draft<"tasks"> => ({
  ID: id,
  ServiceID: "s1",
  SpecVersion: { Index: 1 },
  Slot: 1,
  Status: { Timestamp: "2026-01-01T00:00:00Z", State: "new", Message: "created" },
  DesiredState: "running",
  ...change,
})

export const nodeDraft = (id: string, change: Partial<Node> = {}): Draft<"nodes"> => ({
  ID: id,
  Spec: { Labels: {}, Role: "worker", Availability: "active" },
  Description: {
    Hostname: id,
    Platform: { Architecture: "x86_64", OS: "linux" },
    Resources: { NanoCPUs: 4_000_000_000, MemoryBytes: 8 * 1024 ** 3 },
    Engine: { EngineVersion: "28.2.2" },
  },
  Status: { State: "ready", Addr: "10.0.0.1" },
  ...change,
})

export const named = (service: Service, name: string): Service => ({
  ...service,
  Spec: { ...service.Spec, Name: name },
})
