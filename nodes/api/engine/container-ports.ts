import type { SimulatedContainer } from "../../engine/simulated/container.ts"

interface ListedPort {
  readonly IP: string
  readonly PrivatePort: number
  readonly PublicPort: number
  readonly Type: string
}

/** The ports published in host mode, once for each address family, while the container runs. */
export function listedPorts({ Request, State }: SimulatedContainer): ReadonlyArray<ListedPort> {
  if (State.Status !== "running") return []
  return (Request.ports ?? []).flatMap(({ TargetPort = 0, PublishedPort = 0, Protocol = "tcp" }) =>
    ["0.0.0.0", "::"].map((IP) => ({ IP, PrivatePort: TargetPort, PublicPort: PublishedPort, Type: Protocol })),
  )
}

/** The same as inspect shows it. */
export function portBindings(container: SimulatedContainer): object {
  const bindings: Record<string, Array<{ readonly HostIp: string; readonly HostPort: string }>> = {}
  for (const { IP, PrivatePort, PublicPort, Type } of listedPorts(container)) {
    const key = `${PrivatePort}/${Type}`
    const list = bindings[key] ?? []
    bindings[key] = [...list, { HostIp: IP, HostPort: String(PublicPort) }]
  }
  return bindings
}
