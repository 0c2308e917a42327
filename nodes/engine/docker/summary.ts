import type Docker from "dockerode"
import type { PortConfig } from "../../../core/model/endpoint.ts"
import type { ContainerSummary, Health } from "../engine.ts"

/** What the port tells of a container, from what the engine knows of it. */
export function summaryOf(container: Docker.ContainerInspectInfo): ContainerSummary {
  const { State, Config } = container
  const state = stateOf(State.Status)
  const health = healthOf(State.Health?.Status)
  const ports = state === "running" ? hostPorts(container) : []
  return {
    containerId: container.Id,
    labels: Config.Labels,
    state,
    ...(state === "exited" && { exitCode: State.ExitCode }),
    ...(state === "running" && { pid: State.Pid }),
    ...(health !== undefined && { health }),
    ...(ports.length > 0 && { ports }),
  }
}

/** A paused container still runs; one that is being removed does no more. */
export function stateOf(status: string): ContainerSummary["state"] {
  if (status === "created") return "created"
  return status === "running" || status === "paused" || status === "restarting" ? "running" : "exited"
}

/** Undefined where there is no health check ("none"). */
export const healthOf = (status: string | undefined): Health | undefined =>
  status === "starting" || status === "healthy" || status === "unhealthy" ? status : undefined

/** The host's ports that a container has got, one entry an address family. */
export function hostPorts({ NetworkSettings }: Docker.ContainerInspectInfo): ReadonlyArray<PortConfig> {
  return Object.entries(NetworkSettings.Ports ?? {}).flatMap(([key, bindings]): ReadonlyArray<PortConfig> => {
    const [target = "", protocol = ""] = key.split("/")
    if (protocol !== "tcp" && protocol !== "udp" && protocol !== "sctp") return []
    return (bindings ?? []).map(({ HostPort }) => ({
      Protocol: protocol,
      TargetPort: Number(target),
      PublishedPort: Number(HostPort),
      PublishMode: "host",
    }))
  })
}

/** Where the machine reaches a container: on one of its bridges, or on the machine itself. */
export function addressOf({ NetworkSettings, HostConfig }: Docker.ContainerInspectInfo): string | undefined {
  if (HostConfig.NetworkMode === "host") return "127.0.0.1"
  return Object.values(NetworkSettings.Networks).find(({ IPAddress }) => IPAddress !== "")?.IPAddress
}
