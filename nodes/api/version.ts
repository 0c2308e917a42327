import * as Effect from "effect/Effect"
import { type Route, route } from "./call.ts"
import { engine } from "./engine.ts"
import type { Gateway, LocalView } from "./gateway.ts"
import { apiVersion, minApiVersion } from "./protocol-version.ts"
import { json } from "./reply.ts"

/** GET /version. */
export const versionRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/version", () => Effect.sync(() => json(render(gateway.local())))),
]

const render = ({ engineVersion, apiVersion: offered = apiVersion }: LocalView): object => ({
  // So that nobody takes a rehearsal for the real thing.
  Platform: { Name: engine.operatingSystem },
  Components: [
    {
      Name: "Engine",
      Version: engineVersion,
      Details: {
        ApiVersion: offered,
        Arch: engine.goArchitecture,
        BuildTime: engine.buildTime,
        Experimental: "false",
        GitCommit: engine.gitCommit,
        GoVersion: engine.goVersion,
        KernelVersion: engine.kernelVersion,
        MinAPIVersion: minApiVersion,
        Os: "linux",
      },
    },
    { Name: "containerd", Version: engine.containerd, Details: { GitCommit: engine.containerd } },
    { Name: "runc", Version: engine.runc, Details: { GitCommit: engine.runc } },
    { Name: "docker-init", Version: engine.init, Details: { GitCommit: "" } },
  ],
  Version: engineVersion,
  ApiVersion: offered,
  MinAPIVersion: minApiVersion,
  GitCommit: engine.gitCommit,
  GoVersion: engine.goVersion,
  Os: "linux",
  Arch: engine.goArchitecture,
  KernelVersion: engine.kernelVersion,
  BuildTime: engine.buildTime,
})
