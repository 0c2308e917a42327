import { expect, test } from "vitest"
import type { Task } from "../../../core/model/task.ts"
import { containerRequest } from "../../../nodes/agent/container-request.ts"
import { describeMachine } from "../../../nodes/engine/simulated/description.ts"
import type { Assignment } from "../../../nodes/protocol.ts"

const node = { id: "node", description: describeMachine("w1", {}) }

const assignment = (task: Partial<Task>, spec: Assignment["spec"] = {}): Assignment => ({
  serviceName: "app",
  spec: { ContainerSpec: { Image: "app:1", Env: ["A=1"] }, ...spec },
  task: {
    ID: "task",
    Version: { Index: 1 },
    CreatedAt: "2026-01-01T00:00:00Z",
    UpdatedAt: "2026-01-01T00:00:00Z",
    ServiceID: "service",
    SpecVersion: { Index: 1 },
    Slot: 1,
    NodeID: "node",
    Status: { Timestamp: "2026-01-01T00:00:00Z", State: "assigned" },
    DesiredState: "running",
    ...task,
  },
})

const specOf = (given: Assignment) => {
  const made = containerRequest(given, node)
  return made.ok ? made.value.spec : undefined
}

test("a container reads in its environment which generic resources its task was given", () => {
  const GenericResources = [
    { NamedResourceSpec: { Kind: "gpu", Value: "uuid-1" } },
    { DiscreteResourceSpec: { Kind: "ssd", Value: 3 } },
    { NamedResourceSpec: { Kind: "gpu", Value: "uuid-2" } },
  ]
  expect(specOf(assignment({ GenericResources }))?.ContainerSpec?.Env).toEqual([
    "A=1",
    "DOCKER_RESOURCE_GPU=uuid-1,uuid-2",
    "DOCKER_RESOURCE_SSD=3",
  ])
  expect(specOf(assignment({}))?.ContainerSpec?.Env).toEqual(["A=1"])
})

test("a container has the log driver of its spec, else the one that was the swarm's default when the task was made", () => {
  const LogDriver = { Name: "local" }
  expect(specOf(assignment({ LogDriver }))?.LogDriver).toEqual(LogDriver)
  expect(specOf(assignment({ LogDriver }, { LogDriver: { Name: "syslog" } }))?.LogDriver).toEqual({ Name: "syslog" })
  expect(specOf(assignment({}))?.LogDriver).toBeUndefined()
})
