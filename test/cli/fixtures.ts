import type { Node, Service, Task } from "../../cli/client/types.ts"

// Objects as an engine shows them, small.

const meta = { Version: { Index: 7 }, CreatedAt: "2026-01-01T11:00:00.000000001Z", UpdatedAt: "2026-01-01T11:30:00Z" }

/** An ID of 25 characters that begins with the name. */
export const idOf = (name: string): string => name.padEnd(25, "0")

export function service(name: string, fields: Partial<Service> & { readonly replicas?: number } = {}): Service {
  const { replicas = 2, ...rest } = fields
  return {
    ID: idOf(name),
    ...meta,
    Spec: {
      Name: name,
      Labels: {},
      TaskTemplate: { ContainerSpec: { Image: "docker.io/library/nginx:alpine" } },
      Mode: { Replicated: { Replicas: replicas } },
      EndpointSpec: { Mode: "vip" },
    },
    Endpoint: {},
    ServiceStatus: { RunningTasks: 1, DesiredTasks: replicas },
    ...rest,
  }
}

export function task(service: string, slot: number, fields: Partial<Task> = {}): Task {
  return {
    ID: idOf(`${service}${slot}`),
    ...meta,
    Spec: { ContainerSpec: { Image: `nginx:alpine@sha256:${"0".repeat(64)}` } },
    ServiceID: idOf(service),
    Slot: slot,
    NodeID: idOf("node"),
    Status: { Timestamp: "2026-01-01T11:57:00Z", State: "running" },
    DesiredState: "running",
    ...fields,
  }
}

export const running = { Timestamp: "2026-01-01T11:57:00Z", State: "running" } as const
export const failed = { Timestamp: "2026-01-01T11:58:59Z", State: "failed", Err: "task: non-zero exit (1)" } as const

export function node(name: string, fields: Partial<Node> = {}): Node {
  return {
    ID: idOf(name),
    ...meta,
    Spec: { Labels: {}, Role: "worker", Availability: "active" },
    Description: {
      Hostname: name,
      Platform: { Architecture: "x86_64", OS: "linux" },
      Resources: { NanoCPUs: 2e9, MemoryBytes: 2_097_152_000 },
      Engine: { EngineVersion: "20.10.24" },
    },
    Status: { State: "ready", Addr: "10.0.0.1" },
    ...fields,
  }
}
