import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import type { LocalNetwork } from "../gateway.ts"
import { mountPoints } from "./container-mounts.ts"
import { endpoints } from "./container-networks.ts"
import { portBindings } from "./container-ports.ts"
import type { LocalEngine } from "./local-engine.ts"

/** GET /containers/{id}/json. */
export function renderContainer(
  engine: LocalEngine,
  container: SimulatedContainer,
  networks: ReadonlyArray<LocalNetwork>,
): object {
  const [Path = "", ...Args] = container.Argv
  return {
    Id: container.Id,
    Created: container.Created,
    Path,
    Args,
    State: renderState(container),
    Image: container.ImageID,
    Name: `/${container.Name}`,
    RestartCount: 0,
    Driver: "overlay2",
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: "",
    ExecIDs: null,
    LogPath: "",
    HostConfig: hostConfig(container),
    GraphDriver: { Name: "overlay2", Data: null },
    Mounts: mountPoints(container, engine.volumes()),
    Config: config(container),
    NetworkSettings: {
      Bridge: "",
      SandboxID: "",
      HairpinMode: false,
      Ports: portBindings(container),
      SandboxKey: "",
      Networks: endpoints(container, networks),
    },
  }
}

function renderState({ State, Healthcheck }: SimulatedContainer): object {
  const health = State.Health
  return {
    Status: State.Status,
    Running: State.Status === "running",
    Paused: false,
    Restarting: false,
    OOMKilled: State.OOMKilled,
    Dead: false,
    Pid: State.Pid,
    ExitCode: State.ExitCode,
    Error: State.Error,
    StartedAt: State.StartedAt,
    FinishedAt: State.FinishedAt,
    ...(health && {
      Health: {
        Status: health,
        FailingStreak: health === "unhealthy" ? (Healthcheck?.Retries ?? 3) : 0,
        Log: [],
      },
    }),
  }
}

function hostConfig({ Request }: SimulatedContainer): object {
  const { ContainerSpec = {}, Resources = {}, LogDriver } = Request.spec
  const { Limits = {} } = Resources
  return {
    NetworkMode: "default",
    RestartPolicy: { Name: "", MaximumRetryCount: 0 },
    AutoRemove: false,
    LogConfig: { Type: LogDriver?.Name ?? "json-file", Config: LogDriver?.Options ?? {} },
    CapAdd: ContainerSpec.CapabilityAdd ?? null,
    CapDrop: ContainerSpec.CapabilityDrop ?? null,
    Dns: ContainerSpec.DNSConfig?.Nameservers ?? null,
    DnsOptions: ContainerSpec.DNSConfig?.Options ?? null,
    DnsSearch: ContainerSpec.DNSConfig?.Search ?? null,
    ReadonlyRootfs: ContainerSpec.ReadOnly ?? false,
    Isolation: ContainerSpec.Isolation ?? "default",
    Memory: Limits.MemoryBytes ?? 0,
    NanoCpus: Limits.NanoCPUs ?? 0,
    PidsLimit: Limits.Pids ?? null,
    Init: ContainerSpec.Init ?? null,
    Mounts: ContainerSpec.Mounts ?? [],
  }
}

function config({ Id, Request, Argv, Healthcheck, StopSignal }: SimulatedContainer): object {
  const { ContainerSpec = {} } = Request.spec
  return {
    Hostname: Request.hostname || Id.slice(0, 12),
    Domainname: "",
    User: ContainerSpec.User ?? "",
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty: ContainerSpec.TTY ?? false,
    OpenStdin: ContainerSpec.OpenStdin ?? false,
    StdinOnce: false,
    Env: ContainerSpec.Env ?? [],
    Cmd: ContainerSpec.Command ? (ContainerSpec.Args ?? null) : Argv,
    ...(Healthcheck && { Healthcheck }),
    Image: ContainerSpec.Image ?? "",
    Volumes: null,
    WorkingDir: ContainerSpec.Dir ?? "",
    Entrypoint: ContainerSpec.Command ?? null,
    OnBuild: null,
    Labels: Request.labels,
    StopSignal,
  }
}
