import { createServer, type Server } from "node:http"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { run, type WatchArgs } from "../../../cli/watch/command.ts"
import { fakeIo } from "./fake-terminal.ts"
import { votingApp } from "./fixture.ts"

describe("drydock watch", () => {
  let server: Server
  let host: string
  let answer: () => { status: number; body: unknown }

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { status, body } = request.url === "/drydock/status" ? answer() : { status: 404, body: {} }
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    host = `tcp://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const watch = async (args: Partial<WatchArgs>, isTTY = false) => {
    const io = fakeIo({ isTTY, columns: 100 })
    const code = await run({ host, once: true, format: "text", interval_ms: 500, view: undefined, ...args }, io)
    return { code, out: io.stdout.writes.join(""), err: io.errors.join(""), io }
  }

  it("--once prints the picture: in colour on a terminal, plain in a pipe", async () => {
    answer = () => ({ status: 200, body: votingApp() })
    const piped = await watch({})
    expect(piped).toMatchObject({ code: 0, err: "" })
    expect(piped.out).toMatch(/^ drydock .* ◆ manager1 {2}leader .*\n$/s)
    expect(piped.out).not.toContain("\u001b")
    expect((await watch({}, true)).out).toContain("\u001b[38;5;")
  })

  it("--once --format svg prints the same as an SVG file", async () => {
    answer = () => ({ status: 200, body: votingApp() })
    const { code, out } = await watch({ format: "svg" })
    expect(code).toBe(0)
    expect(out).toMatch(/^<svg .*>●vote\.1<.*<\/svg>\n$/s)
  })

  it("--view draws the screen that one would see, as text or as a picture", async () => {
    answer = () => ({ status: 200, body: votingApp() })
    expect((await watch({ view: "services" })).out).toContain("[3 Services]")
    const { out } = await watch({ view: "raft", format: "svg" })
    expect(out).toContain("[2 Raft]")
    expect(out).toMatch(/^<svg .*<\/svg>\n$/s)
  })

  it("says what to do when there is no cluster", async () => {
    const { code, out, err } = await watch({ host: "tcp://127.0.0.1:1" }, true)
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err: "cannot reach tcp://127.0.0.1:1: is a cluster running? try: drydock sim\n",
    })
  })

  it("says so when something else answers", async () => {
    const stranger = `${host} answers, but not as a Drydock manager: it has no /drydock/status\n`
    answer = () => ({ status: 404, body: { message: "page not found" } })
    expect(await watch({})).toMatchObject({ code: 1, err: stranger })
    answer = () => ({ status: 200, body: { ok: true } })
    expect(await watch({})).toMatchObject({ code: 1, err: stranger })
  })

  it("passes on what a manager answers with an error", async () => {
    answer = () => ({ status: 503, body: { message: "the manager is stopping" } })
    expect(await watch({})).toMatchObject({ code: 1, err: "Error response from daemon: the manager is stopping\n" })
  })
})
