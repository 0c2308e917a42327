import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { chooseHost, parseHost } from "../../cli/client/host.ts"
import { httpEngine } from "../../cli/client/http.ts"
import { root } from "../../cli/commands.ts"
import { type Group, isGroup } from "../../cli/table.ts"
import { drydock } from "./helper.ts"

describe("a command line that makes no sense", () => {
  it.each([
    [["foo"], 1, "drydock: unknown command: drydock foo\n\nRun 'drydock --help' for more information\n"],
    [
      ["service", "scael"],
      1,
      "drydock: unknown command: drydock service scael\n\nDid you mean 'drydock service scale'?\n\nUsage:  drydock service COMMAND\n\nRun 'drydock service --help' for more information\n",
    ],
    [
      ["service", "ls", "x"],
      1,
      "drydock: 'drydock service ls' accepts no arguments\n\nUsage:  drydock service ls [OPTIONS]\n\nRun 'drydock service ls --help' for more information\n",
    ],
    [
      ["service", "ps"],
      1,
      "drydock: 'drydock service ps' requires at least 1 argument\n\nUsage:  drydock service ps [OPTIONS] SERVICE [SERVICE...]\n\nSee 'drydock service ps --help' for more information\n",
    ],
    [
      ["service", "rollback", "a", "b"],
      1,
      "drydock: 'drydock service rollback' requires 1 argument\n\nUsage:  drydock service rollback [OPTIONS] SERVICE\n\nRun 'drydock service rollback --help' for more information\n",
    ],
    [
      ["service", "ls", "--fromat", "x"],
      125,
      "unknown flag: --fromat\n\nDid you mean --format?\n\nUsage:  drydock service ls [OPTIONS]\n\nRun 'drydock service ls --help' for more information\n",
    ],
    [
      ["--bogus"],
      125,
      "unknown flag: --bogus\n\nUsage:  drydock [OPTIONS] COMMAND\n\nRun 'drydock --help' for more information\n",
    ],
  ])("%j is refused in docker's words", async (argv, exitCode, stderr) => {
    expect(await drydock(argv)).toMatchObject({ exitCode, stderr, stdout: "", seen: [] })
  })
})

describe("help", () => {
  const leaves = (group: Group, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> =>
    Object.entries(group.commands).flatMap(([name, entry]) =>
      isGroup(entry) ? leaves(entry, [...path, name]) : [[...path, name]],
    )

  it.each(leaves(root).map((path) => [path.join(" "), path] as const))(
    "%s explains itself with an example",
    async (name, path) => {
      const { stdout, exitCode } = await drydock([...path, "--help"])
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(new RegExp(`^Usage:  drydock ${name}`))
      expect(stdout).toContain("Examples:\n  # ")
      expect((await drydock(["help", ...path])).stdout).toBe(stdout)
    },
  )

  it("lists commands for a group, and for the program", async () => {
    expect((await drydock(["service"])).stdout).toContain("\n  scale       Scale one or multiple replicated services\n")
    const all = await drydock([])
    expect((await drydock(["--help"])).stdout).toBe(all.stdout)
    expect(all.stdout).toContain("-H, --host string")
  })

  it("prints the version from anywhere before the command", async () => {
    expect((await drydock(["-H", "x", "--version"])).stdout).toMatch(/^Drydock version \d+\.\d+\.\d+/)
  })
})

describe("the address of the cluster", () => {
  it("is what --host says, else DOCKER_HOST, else the local cluster's", () => {
    expect(chooseHost("tcp://a", { DOCKER_HOST: "tcp://b" })).toBe("tcp://a")
    expect(chooseHost("", { DOCKER_HOST: "tcp://b" })).toBe("tcp://b")
    const nowhere = { DOCKER_CONFIG: "/nowhere" }
    expect(chooseHost("", { DOCKER_HOST: "", ...nowhere })).toBe("tcp://127.0.0.1:2375")
  })

  it.each([
    ["unix:///run/x.sock", { socketPath: "/run/x.sock" }],
    ["tcp://10.0.0.1:99", { hostname: "10.0.0.1", port: 99, prefix: "" }],
    ["tcp://host", { hostname: "host", port: 2375, prefix: "" }],
    ["host:99", { hostname: "host", port: 99, prefix: "" }],
    ["tcp://[::1]:99/base/", { hostname: "::1", port: 99, prefix: "/base" }],
    [":99", { hostname: "127.0.0.1", port: 99, prefix: "" }],
  ])("%s", (host, endpoint) => {
    expect(parseHost(host)).toEqual(endpoint)
  })

  it.each(["ssh://x", "tcp://a:b:c", "tcp://x:70000"])("%s is refused", (host) => {
    expect(() => parseHost(host)).toThrow()
  })

  it("that nobody answers at gets an error which says what to do", async () => {
    const directory = mkdtempSync(join(tmpdir(), "drydock-"))
    const host = `unix://${join(directory, "none.sock")}`
    await expect(httpEngine(host, "test").get("/info")).rejects.toThrow(
      `cannot reach ${host}: is a cluster running? try: drydock sim`,
    )
    rmSync(directory, { recursive: true })
  })

  it("may be a socket in the file system", async () => {
    const directory = mkdtempSync(join(tmpdir(), "drydock-"))
    const path = join(directory, "engine.sock")
    const server = createServer((request, response) => response.end(JSON.stringify({ path: request.url })))
    await new Promise<void>((resolve) => server.listen(path, resolve))
    try {
      const query = { a: "b c", none: undefined, yes: true }
      expect(await httpEngine(`unix://${path}`, "test").get("/x", { query, filters: [["k", "v"]] })).toEqual({
        path: "/x?a=b%20c&yes=true&filters=%7B%22k%22%3A%7B%22v%22%3Atrue%7D%7D",
      })
    } finally {
      server.closeAllConnections()
      server.close()
      rmSync(directory, { recursive: true })
    }
  })
})

describe("an answer that is an error", () => {
  it.each([
    [{ message: "broken" }, "Error response from daemon: broken\n"],
    [undefined, "Error response from daemon: request returned status 500\n"],
  ])("is shown as docker shows it: %j", async (body, stderr) => {
    expect(await drydock(["service", "ls"], { "GET /services": { status: 500, body } })).toMatchObject({
      exitCode: 1,
      stderr,
      stdout: "",
    })
  })
})

describe("an answer that makes no sense", () => {
  it("is told apart from a cluster's", async () => {
    const page = { "Content-Type": "text/html; charset=utf-8" }
    const server = createServer((_request, response) => response.writeHead(404, page).end("<html>Nothing here</html>"))
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    try {
      const address = server.address()
      const host = `tcp://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
      await expect(httpEngine(host, "test").get("/services")).rejects.toThrow(
        `${host} answers, but not as a cluster does: is that its address?`,
      )
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
