import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import { get } from "node:https"
import { createServer as createSocketServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { makeFront } from "../../../nodes/daemon/api-front.ts"
import { type ApiHost, type ApiTls, listen } from "../../../nodes/daemon/api-listen.ts"
import { holdDataDir } from "../../../nodes/daemon/data-dir.ts"
import { createRoot } from "../../../nodes/wire/ca/create-root.ts"
import { issue } from "../../../nodes/wire/ca/issue.ts"
import { createRequest } from "../../../nodes/wire/ca/request.ts"
import { Wire } from "./proxied.ts"

let folder = ""
let scope: Scope.Closeable
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drydock-listen-"))
  scope = Scope.makeUnsafe()
})
afterEach(async () => {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  rmSync(folder, { recursive: true, force: true })
})

const own: RequestListener = (_, response) => response.end("own")
const at = (host: ApiHost, tls?: ApiTls, within = scope): Promise<string> => {
  const front = makeFront({ engine: { socketPath: join(folder, "none") }, own, hosts: [] })
  return Effect.runPromise(Scope.provide(listen(host, front, tls), within))
}
const ping = ["GET /_ping HTTP/1.1", "Host: localhost", "", ""]

describe("where the API listens", () => {
  it("is a socket that its owner and a group may open, and nobody else", async () => {
    const path = join(folder, "api.sock")
    expect(await at({ type: "unix", path })).toBe(`unix://${path}`)
    expect((statSync(path).mode & 0o777).toString(8)).toBe("660")
    const wire = new Wire(path).say(...ping)
    await wire.until(/own/)
    wire.socket.destroy()
  })

  it("takes the place of a socket that was left behind, but of none that somebody answers at", async () => {
    const path = join(folder, "api.sock")
    const first = Scope.makeUnsafe()
    await at({ type: "unix", path }, undefined, first)
    await expect(at({ type: "unix", path })).rejects.toThrow(`cannot listen on unix://${path}: somebody does already`)
    expect(existsSync(path)).toBe(true)
    await Effect.runPromise(Scope.close(first, Exit.void))
    expect(existsSync(path)).toBe(false)
    // What a process leaves that was killed: its file, and nobody behind it.
    await leftBehind(path)
    expect(existsSync(path)).toBe(true)
    await at({ type: "unix", path })
  })

  it("does not remove a file that is no socket", async () => {
    const path = join(folder, "precious")
    writeFileSync(path, "precious")
    await expect(at({ type: "unix", path })).rejects.toThrow(`${path} is there and no socket`)
  })

  it("says who has the port", async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    await expect(at({ type: "tcp", host: "127.0.0.1", port })).rejects.toThrow("somebody does already")
    server.close()
  })

  it("lets in over TLS who has a certificate of the authority, and nobody else", async () => {
    const ours = await Effect.runPromise(createRoot(Date.now()))
    const others = await Effect.runPromise(createRoot(Date.now()))
    const server = await certified(ours)
    const host = await at({ type: "tcp", host: "127.0.0.1", port: 0 }, { ...server, ca: ours.CACert })
    const ask = (client: Partial<Pick<ApiTls, "cert" | "key">>) =>
      new Promise<string>((resolve, reject) => {
        const url = `https://127.0.0.1:${new URL(host).port}/_ping`
        const asked = get(url, { ca: ours.CACert, ...client, checkServerIdentity: () => undefined }, (response) => {
          response.setEncoding("utf8").on("data", resolve)
        })
        asked.on("error", reject)
      })
    expect(await ask(await certified(ours))).toBe("own")
    await expect(ask(await certified(others))).rejects.toThrow()
    await expect(ask({})).rejects.toThrow()
  })
})

describe("the data folder", () => {
  const hold = (within = scope) => Effect.runPromise(Scope.provide(holdDataDir(join(folder, "a/b")), within))

  it("is made for its owner alone, and belongs to one daemon at a time", async () => {
    const first = Scope.makeUnsafe()
    await hold(first)
    expect((statSync(join(folder, "a/b")).mode & 0o777).toString(8)).toBe("700")
    await expect(hold()).rejects.toThrow(/another drydock daemon runs on the data folder/)
    await Effect.runPromise(Scope.close(first, Exit.void))
    await hold()
  })

  it("cannot be made where nothing can", async () => {
    const impossible = Effect.runPromise(Scope.provide(holdDataDir("/proc/nosuch/folder"), scope))
    await expect(impossible).rejects.toThrow(/cannot make the data folder/)
  })
})

async function certified(root: { readonly CACert: string; readonly CAKey: string }) {
  const { csr, key } = await Effect.runPromise(createRequest)
  const identity = { nodeId: "n", role: "manager", clusterId: "c", expiry_ms: 3_600_000, now: Date.now() } as const
  return { key, cert: await Effect.runPromise(issue({ root, csr, ...identity })) }
}

/** Node removes a socket's file when its server closes, so this one's is renamed meanwhile. */
async function leftBehind(path: string): Promise<void> {
  const { renameSync } = await import("node:fs")
  const server = createSocketServer()
  await new Promise<void>((resolve) => server.listen(`${path}.real`, resolve))
  renameSync(`${path}.real`, path)
  await new Promise((resolve) => server.close(resolve))
}
