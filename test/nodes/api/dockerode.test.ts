import Docker from "dockerode"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Served, serve } from "./served.ts"

/** A library that puts its options into the query as well as into the body, and writes filters as lists. */
let served: Served
let docker: Docker
beforeAll(async () => {
  served = await serve()
  docker = new Docker({ host: "127.0.0.1", port: Number(new URL(served.url).port), protocol: "http" })
})
afterAll(() => served.close())

test("creates, lists, updates and removes a service", async () => {
  const spec = {
    Name: "web",
    TaskTemplate: { ContainerSpec: { Image: "nginx" } },
    Mode: { Replicated: { Replicas: 2 } },
  }
  await docker.createService(spec)
  const service = docker.getService("web")
  const { Version, Spec } = await service.inspect()
  await service.update({ ...Spec, version: Version.Index, Labels: { a: "b" } })
  const listed = await docker.listServices({ filters: { label: ["a=b"] } })
  expect(listed.map((one) => one.Spec?.Name)).toEqual(["web"])
  await service.remove()
  await expect(service.inspect()).rejects.toMatchObject({
    statusCode: 404,
    json: { message: "service web not found" },
  })
})

test("asks what the machine is", async () => {
  expect(String(await docker.ping())).toBe("OK")
  expect(await docker.version()).toMatchObject({ ApiVersion: "1.41", MinAPIVersion: "1.24" })
  expect(await docker.info()).toMatchObject({ Swarm: { Nodes: 2 } })
})
