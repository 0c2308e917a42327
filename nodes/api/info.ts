import * as Effect from "effect/Effect"
import { toRfc3339 } from "../../core/instant.ts"
import { type Route, route } from "./call.ts"
import { engine, logPlugins, networkPlugins } from "./engine.ts"
import type { Gateway, LocalView } from "./gateway.ts"
import { ApiLevel, atLeast } from "./level.ts"
import { json } from "./reply.ts"
import { swarmSection } from "./swarm-section.ts"

/** GET /info. It is answered whatever state the cluster is in; what keeps the machine from it stands in Swarm.Error. */
export const infoRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/info", () =>
    Effect.gen(function* () {
      const swarm = yield* swarmSection(gateway)
      return json(infoAt(yield* ApiLevel, { ...machine(gateway.local()), Swarm: swarm, ...software }))
    }),
  ),
]

/** What later levels no longer say, or say besides. */
function infoAt(level: string, info: Readonly<Record<string, unknown>>): object {
  const { KernelMemory, KernelMemoryTCP, ...rest } = info
  if (!atLeast(level, "1.42")) return info
  const containerd = {
    Address: "/run/containerd/containerd.sock",
    Namespaces: { Containers: "moby", Plugins: "plugins.moby" },
  }
  return { ...rest, ...(atLeast(level, "1.46") && { Containerd: containerd }) }
}

function machine(local: LocalView): object {
  const { running, paused, stopped } = local.containers
  return {
    ID: local.nodeId,
    Containers: running + paused + stopped,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: stopped,
    Images: local.images,
    Driver: "overlay2",
    DriverStatus: [
      ["Backing Filesystem", "extfs"],
      ["Supports d_type", "true"],
      ["Native Overlay Diff", "true"],
      ["userxattr", "false"],
    ],
    Plugins: { Volume: ["local"], Network: networkPlugins, Authorization: null, Log: logPlugins },
    ...abilities,
    SystemTime: toRfc3339(local.now),
    KernelVersion: engine.kernelVersion,
    OperatingSystem: engine.operatingSystem,
    OSVersion: engine.osVersion,
    OSType: "linux",
    Architecture: engine.architecture,
    NCPU: local.cpus,
    MemTotal: local.memoryBytes,
    Name: local.hostname,
    ServerVersion: local.engineVersion,
  }
}

const abilities = {
  MemoryLimit: true,
  SwapLimit: true,
  KernelMemory: true,
  KernelMemoryTCP: true,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  CPUShares: true,
  CPUSet: true,
  PidsLimit: true,
  IPv4Forwarding: true,
  BridgeNfIptables: true,
  BridgeNfIp6tables: true,
  Debug: false,
  NFd: 0,
  OomKillDisable: true,
  NGoroutines: 0,
  LoggingDriver: "json-file",
  CgroupDriver: "cgroupfs",
  CgroupVersion: "1",
  NEventsListener: 0,
}

const software = {
  IndexServerAddress: "https://index.docker.io/v1/",
  RegistryConfig: {
    AllowNondistributableArtifactsCIDRs: [],
    AllowNondistributableArtifactsHostnames: [],
    InsecureRegistryCIDRs: ["127.0.0.0/8"],
    IndexConfigs: { "docker.io": { Name: "docker.io", Mirrors: [], Secure: true, Official: true } },
    Mirrors: [],
  },
  GenericResources: null,
  DockerRootDir: "/var/lib/docker",
  HttpProxy: "",
  HttpsProxy: "",
  NoProxy: "",
  Labels: [],
  ExperimentalBuild: false,
  Runtimes: {
    "io.containerd.runc.v2": { path: "runc" },
    "io.containerd.runtime.v1.linux": { path: "runc" },
    runc: { path: "runc" },
  },
  DefaultRuntime: "runc",
  LiveRestoreEnabled: false,
  Isolation: "",
  InitBinary: "docker-init",
  ContainerdCommit: { ID: engine.containerd, Expected: engine.containerd },
  RuncCommit: { ID: engine.runc, Expected: engine.runc },
  InitCommit: { ID: "", Expected: "" },
  SecurityOptions: ["name=seccomp,profile=default"],
  Warnings: null,
}
