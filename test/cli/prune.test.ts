import { describe, expect, it } from "vitest"
import { drydock, type Routes } from "./helper.ts"

const routes: Routes = {
  "GET /version": { body: { ApiVersion: "1.47" } },
  "POST /containers/prune": { body: { ContainersDeleted: ["c1", "c2"], SpaceReclaimed: 1_500_000 } },
  "POST /networks/prune": { body: { NetworksDeleted: ["backend"] } },
  "POST /volumes/prune": { body: { VolumesDeleted: ["data"], SpaceReclaimed: 500_000 } },
  "POST /images/prune": {
    body: { ImagesDeleted: [{ Untagged: "redis:7" }, { Deleted: "sha256:1" }], SpaceReclaimed: 1_000_000 },
  },
  "POST /build/prune": { body: { CachesDeleted: null, SpaceReclaimed: 0 } },
}

describe("a prune", () => {
  it("asks first, and takes nothing but a yes for one", async () => {
    for (const stdin of ["", "\n", "n\n", "yes\n", "no\ny\n"]) {
      const { exitCode, stdout, seen } = await drydock(["container", "prune"], routes, { stdin })
      expect(stdout).toBe(
        "WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ",
      )
      expect(seen.filter(({ method }) => method === "POST")).toEqual([])
      expect(exitCode).toBe(0)
    }
    for (const stdin of ["y\n", " Y \n"]) {
      const { stdout } = await drydock(["container", "prune"], routes, { stdin })
      expect(stdout).toMatch(/\[y\/N\] Deleted Containers:\nc1\nc2\n\nTotal reclaimed space: 1\.5MB\n$/)
    }
  })

  it("with --force hands its filters on, and says what is gone and how much that was", async () => {
    const { stdout, seen } = await drydock(
      ["system", "prune", "-f", "--all", "--volumes", "--filter", "label=a=b", "--filter", "label!=c"],
      routes,
    )
    expect(stdout).toBe(
      [
        "Deleted Containers:\nc1\nc2\n",
        "Deleted Networks:\nbackend\n",
        "Deleted Volumes:\ndata\n",
        "Deleted Images:\nuntagged: redis:7\ndeleted: sha256:1\n",
        "Total reclaimed space: 3MB\n",
      ].join("\n"),
    )
    const filters = { label: { "a=b": true }, "label!": { c: true } }
    for (const { path, query } of seen) {
      const more = path === "/images/prune" ? { dangling: { false: true } } : {}
      expect(JSON.parse(query.filters ?? "")).toEqual({ ...filters, ...more })
    }
  })

  it("of volumes warns by what the engine's level takes along", async () => {
    const old = { ...routes, "GET /version": { body: { ApiVersion: "1.41" } } }
    const warned = async (level: Routes, ...argv: ReadonlyArray<string>) =>
      (await drydock(["volume", "prune", ...argv], level)).stdout.split("\n")[0]
    expect(await warned(routes)).toContain("remove anonymous local volumes")
    expect(await warned(routes, "--all")).toContain("remove all local volumes")
    expect(await warned(old)).toContain("remove all local volumes")
    expect(await drydock(["volume", "prune", "--all", "-f"], old)).toMatchObject({
      exitCode: 1,
      stderr: '"--all" requires API version 1.42, but the Docker daemon API version is 1.41\n',
    })
  })
})
