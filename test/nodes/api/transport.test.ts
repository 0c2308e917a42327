import { connect } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { http, type Send } from "./http.ts"
import { type Served, serve } from "./served.ts"

let served: Served
beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.close())

const ask = (method: string, path: string, send?: Send) => http(served.url, method, path, send)
const message = (text: string) => ({ message: text })

describe("every answer carries what engines say of themselves", () => {
  test.each([
    ["GET", "/_ping", 200],
    ["GET", "/v1.41/info", 200],
    ["GET", "/services/nosuch", 404],
    ["GET", "/nosuch", 404],
    ["GET", "/v1.99/info", 400],
  ])("%s %s", async (method, path, status) => {
    const response = await ask(method, path)
    expect(response.status).toBe(status)
    expect(response.headers).toMatchObject({
      "api-version": "1.41",
      "docker-experimental": "false",
      ostype: "linux",
      server: "Docker/20.10.24 (linux)",
    })
  })
})

describe("/_ping", () => {
  test("GET answers OK, never from a cache", async () => {
    const response = await ask("GET", "/_ping")
    expect(response.text).toBe("OK")
    expect(response.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-cache, no-store, must-revalidate",
      pragma: "no-cache",
    })
  })

  test("HEAD answers the same without a body", async () => {
    const response = await ask("HEAD", "/_ping")
    expect(response).toMatchObject({ status: 200, text: "" })
    expect(response.headers["content-length"]).toBe("0")
  })
})

describe("API versions", () => {
  test.each(["/nodes", "/v1.41/nodes", "/v1.24/nodes"])("%s is served", async (path) => {
    expect((await ask("GET", path)).status).toBe(200)
  })

  test("too new a client is told what is the most", async () => {
    expect(await ask("GET", "/v1.42/info")).toMatchObject({
      status: 400,
      body: message("client version 1.42 is too new. Maximum supported API version is 1.41"),
    })
  })

  test("too old a client is told so in plain text", async () => {
    const response = await ask("GET", "/v1.5/info")
    expect(response.status).toBe(400)
    expect(response.headers["content-type"]).toMatch(/^text\/plain/)
    expect(response.text).toBe(
      "client version 1.5 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n",
    )
  })
})

test.each([
  ["GET", "/nosuch"],
  ["GET", "/"],
  ["GET", "/v1.41"],
  ["GET", "/vx/info"],
  ["PUT", "/v1.41/services"],
  ["HEAD", "/services"],
  ["GET", "/services/"],
  ["GET", "/services/a/b"],
  ["GET", "/%"],
  ["GET", "/services/%ff"],
  ["GET", "/distribution/busybox"],
])("%s %s is no page", async (method, path) => {
  const response = await ask(method, path)
  expect(response.status).toBe(404)
  if (method !== "HEAD") expect(response.body).toEqual(message("page not found"))
})

describe("who is served", () => {
  test.each(["127.0.0.1:2375", "localhost", "[::1]:2375", "api.moby.localhost", "10.0.0.1"])(
    "Host %s",
    async (host) => {
      expect((await ask("GET", "/_ping", { headers: { host } })).status).toBe(200)
    },
  )

  test.each(["evil.example", "localhost.evil.example:80", "127.0.0.1.evil.example"])("not Host %s", async (host) => {
    expect((await ask("GET", "/_ping", { headers: { host } })).status).toBe(403)
  })

  test("not a web page, whatever it asks", async () => {
    for (const origin of ["http://evil.example", "null", served.url]) {
      const send = { headers: { origin }, body: { Name: "x" } }
      expect((await ask("POST", "/services/create", send)).status).toBe(403)
    }
  })
})

describe("bodies", () => {
  test("must say that they are JSON", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" }
    expect(await ask("POST", "/services/create", { body: "{}", headers })).toMatchObject({
      status: 400,
      body: message("Content-Type specified (application/x-www-form-urlencoded) must be 'application/json'"),
    })
  })

  test("may say so with a character set", async () => {
    const headers = { "content-type": "application/json; charset=utf-8" }
    const response = await ask("POST", "/services/create", { body: "{}", headers })
    expect(response.body).toEqual(message("mismatched Runtime and *Spec fields"))
  })

  test("that are no JSON are refused in Go's words", async () => {
    expect(await ask("POST", "/services/create", { body: "{bad" })).toMatchObject({
      status: 400,
      body: message("invalid character 'b' looking for beginning of object key string"),
    })
  })

  test("that are missing are missed", async () => {
    expect(await ask("POST", "/services/create")).toMatchObject({
      status: 400,
      body: message("got EOF while reading request body"),
    })
  })

  test("of another shape are refused with the member that is wrong", async () => {
    const response = await ask("POST", "/services/create", { body: { TaskTemplate: { ContainerSpec: { Image: 1 } } } })
    expect(response.status).toBe(400)
    expect(response.text).toMatch(/"TaskTemplate\\"\]\[\\"ContainerSpec\\"\]\[\\"Image/)
  })

  test.each(["1", '"text"', "[]", "null", "true"])("that are %s are taken for empty ones", async (body) => {
    expect((await ask("POST", "/services/create", { body })).body).toEqual(
      message("mismatched Runtime and *Spec fields"),
    )
  })

  test("beyond the limit are cut off with 413, and the server lives on", async () => {
    const response = await ask("POST", "/secrets/create", { body: { Name: "x", Data: "A".repeat(17 * 2 ** 20) } })
    expect(response.status).toBe(413)
    expect((await ask("GET", "/_ping")).status).toBe(200)
  })

  test("that nest beyond all measure are refused", async () => {
    const body = `${"[".repeat(100_000)}${"]".repeat(100_000)}`
    expect(await ask("POST", "/services/create", { body })).toMatchObject({
      status: 400,
      body: message("exceeded max depth"),
    })
  })
})

test("when the scope ends open connections are cut and new ones refused", async () => {
  const other = await serve()
  const socket = connect(Number(new URL(other.url).port), "127.0.0.1")
  await new Promise((resolve) => socket.once("connect", resolve))
  const cut = new Promise((resolve) => socket.once("close", resolve))
  await other.close()
  await cut
  await expect(http(other.url, "GET", "/_ping")).rejects.toMatchObject({ code: "ECONNREFUSED" })
  expect((await ask("GET", "/_ping")).status).toBe(200)
})

test("a request that waits for the cluster does not keep the server from closing", async () => {
  const { Effect } = await import("effect")
  const stuck = await serve({ gateway: { request: () => Effect.never } })
  const waiting = http(stuck.url, "GET", "/nodes").then(
    () => "answered",
    () => "cut",
  )
  await http(stuck.url, "GET", "/_ping")
  await stuck.close()
  expect(await waiting).toBe("cut")
})
