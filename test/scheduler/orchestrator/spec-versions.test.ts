import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Service } from "../../../core/model/service.ts"
import {
  firstSpecVersion,
  rolledBack,
  rolledBackByFailure,
  withNewSpec,
} from "../../../scheduler/orchestrator/spec-versions.ts"
import { serviceSpec } from "../world.ts"

const withImage = (Image: string) => serviceSpec("web", { TaskTemplate: { ContainerSpec: { Image } } })

const fresh: Service = {
  ID: "web",
  Version: { Index: 1 },
  CreatedAt: "",
  UpdatedAt: "",
  Spec: withImage("1"),
  SpecVersion: firstSpecVersion,
  Endpoint: {},
}

describe("a service's spec versions", () => {
  it("go up with the template and the endpoint only", () => {
    expect(withNewSpec(fresh, { ...fresh.Spec, Labels: { a: "b" } }).SpecVersion.Index).toBe(1)
    expect(withNewSpec(fresh, { ...fresh.Spec, Mode: { Replicated: { Replicas: 9 } } }).SpecVersion.Index).toBe(1)
    expect(withNewSpec(fresh, withImage("2")).SpecVersion.Index).toBe(2)
    expect(withNewSpec(fresh, { ...fresh.Spec, EndpointSpec: { Mode: "dnsrr" } }).SpecVersion.Index).toBe(2)
    expect(
      withNewSpec(fresh, {
        ...fresh.Spec,
        EndpointSpec: {},
        TaskTemplate: { ...fresh.Spec.TaskTemplate, ForceUpdate: 0 },
      }).SpecVersion.Index,
    ).toBe(1)
  })

  it("come back with a rollback, and an update forgets the update before it", () => {
    const updated = { ...withNewSpec(fresh, withImage("2")), UpdateStatus: { State: "updating" as const } }
    const back = rolledBack(updated, 0)
    expect(back).toMatchObject({ SpecVersion: { Index: 1 }, PreviousSpecVersion: { Index: 2 }, Spec: fresh.Spec })
    expect(withNewSpec(updated, withImage("3")).UpdateStatus).toBeUndefined()
    expect(rolledBack(fresh, 0)).toBeUndefined()
    const failed = rolledBackByFailure(updated, "it failed")
    expect(failed?.UpdateStatus).toEqual({ State: "rollback_started", Message: "it failed" })
    expect(failed && rolledBack(failed, 0)).toBeUndefined()
  })

  it("never stand for two different specs, whatever the order of updates and rollbacks", () => {
    const step = fc.oneof(
      fc.record({ op: fc.constant("update" as const), image: fc.constantFrom("1", "2", "3") }),
      fc.record({ op: fc.constantFrom("label" as const, "rollback" as const, "failure" as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const known = new Map<number, string | undefined>()
        let service = fresh
        for (const it of steps) {
          if (it.op === "update") service = withNewSpec(service, withImage(it.image))
          else if (it.op === "label")
            service = withNewSpec(service, { ...service.Spec, Labels: { n: String(known.size) } })
          else service = (it.op === "rollback" ? rolledBack(service, 0) : rolledBackByFailure(service, "")) ?? service
          const image = service.Spec.TaskTemplate.ContainerSpec?.Image
          expect(known.get(service.SpecVersion.Index) ?? image).toBe(image)
          known.set(service.SpecVersion.Index, image)
        }
      }),
      { numRuns: 300 },
    )
  })
})
