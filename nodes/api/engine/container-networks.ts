import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import type { LocalNetwork } from "../gateway.ts"

/** Networks of a container by name, as list and inspect show them. Without any of the cluster it is on the engine's bridge. */
export function endpoints({ Id, Request, State }: SimulatedContainer, locals: ReadonlyArray<LocalNetwork>): object {
  const networks = Request.networks ?? []
  if (networks.length === 0) {
    const bridge = locals.find(({ Name }) => Name === "bridge")
    return { bridge: endpoint({ id: bridge?.Id ?? "", address: "", aliases: null }) }
  }
  const running = State.Status === "running"
  return Object.fromEntries(
    networks.map(({ id, name, addresses, aliases }) => {
      const address = running ? (addresses[0] ?? "") : ""
      return [name, endpoint({ id, address, aliases: aliases.length > 0 ? [...aliases, Id.slice(0, 12)] : null })]
    }),
  )
}

function endpoint(of: {
  readonly id: string
  readonly address: string
  readonly aliases: ReadonlyArray<string> | null
}): object {
  const [IPAddress = "", prefix = "0"] = of.address.split("/")
  return {
    IPAMConfig: IPAddress === "" ? null : { IPv4Address: IPAddress },
    Links: null,
    Aliases: of.aliases,
    NetworkID: of.id,
    EndpointID: "",
    Gateway: "",
    IPAddress,
    IPPrefixLen: Number(prefix),
    IPv6Gateway: "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    MacAddress: "",
    DriverOpts: null,
  }
}
