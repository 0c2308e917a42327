import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { http } from "./http.ts"
import { type Served, serve } from "./served.ts"

/** Every body and path is answered, never by 500 unless Docker answers so, and the next request is answered too. */
let served: Served
beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.close())

const posts = [
  "/services/create",
  "/services/m1/update?version=1",
  "/nodes/w1/update?version=1",
  "/networks/create",
  "/secrets/create",
  "/secrets/x/update?version=1",
  "/configs/create",
]

const names = [
  "Name",
  "Labels",
  "TaskTemplate",
  "ContainerSpec",
  "Image",
  "Env",
  "Mounts",
  "Type",
  "BindOptions",
  "Propagation",
  "Secrets",
  "File",
  "Resources",
  "Limits",
  "RestartPolicy",
  "Condition",
  "Placement",
  "Constraints",
  "Preferences",
  "Spread",
  "Networks",
  "Target",
  "Mode",
  "Replicated",
  "Replicas",
  "UpdateConfig",
  "Order",
  "EndpointSpec",
  "Ports",
  "Protocol",
  "IPAM",
  "Config",
  "Subnet",
  "Driver",
  "Data",
  "Role",
  "Availability",
  "Hostname",
  "__proto__",
  "constructor",
  "toString",
]

const { body } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom("nginx", "overlay", "{{.A}}", "10.0.0.0/8", "eA==", ""),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  ),
  body: fc.oneof(
    { depthSize: "large", maxDepth: 8 },
    tie("leaf"),
    fc.array(tie("body"), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...names), tie("body")), { maxLength: 6 }).map((pairs) => entries(pairs)),
  ),
}))

const entries = (pairs: ReadonlyArray<readonly [string, unknown]>): unknown => Object.fromEntries(pairs)

test("random bodies get an answer below 500, or one of Docker's own 500s", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posts), body, async (path, body) => {
      const response = await http(served.url, "POST", path, { body: JSON.stringify(body) })
      if (response.status >= 500)
        expect(response.text).toMatch(
          /code = Unknown|Invalid subnet|plugin|single engine|invalid name|network .* not found/,
        )
      expect(response.text).not.toContain("internal error")
    }),
    { numRuns: 150 },
  )
  expect((await http(served.url, "GET", "/_ping")).status).toBe(200)
})

test("random texts for a body are refused", async () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.json()).filter((one) => one.trim() !== "")
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posts), text, async (path, body) => {
      const { status, text } = await http(served.url, "POST", path, { body })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(text).not.toContain("internal error")
    }),
    { numRuns: 100 },
  )
})

test("random paths, queries and filters are answered below 500, or with Docker's 500 for a bad filter", async () => {
  const part = fc.oneof(fc.string().map(encodeURIComponent), fc.constantFrom("..", ".", "%00", "%2e%2e", "%", "a%2fb"))
  const resource = fc.constantFrom(
    "nodes",
    "services",
    "tasks",
    "networks",
    "secrets",
    "configs",
    "swarm",
    "distribution",
  )
  const filters = fc.json().map((text) => `filters=${encodeURIComponent(text)}`)
  const query = fc.oneof(filters, fc.string().map(encodeURIComponent))
  await fc.assert(
    fc.asyncProperty(resource, fc.array(part, { maxLength: 3 }), query, async (resource, parts, query) => {
      const path = `/v1.41/${[resource, ...parts].join("/")}?${query}`
      const response = await http(served.url, "GET", path)
      if (response.status >= 500 && resource !== "distribution") {
        expect(response.text).toMatch(/invalid character|unexpected EOF|unexpected end|json: cannot|max depth/)
      }
      expect(response.text).not.toContain("internal error")
    }),
    { numRuns: 150 },
  )
})
