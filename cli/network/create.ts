import type { Ipam, IpamConfig, NetworkCreate } from "../../core/model/index.ts"
import { bool, commaList, type FlagValues, labels, list, text } from "../args/flag.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { toMap } from "../service/options/key-value.ts"
import { contains } from "./subnet.ts"

const flags = {
  attachable: bool("Enable manual container attachment"),
  "aux-address": list("Auxiliary IPv4 or IPv6 addresses used by Network driver"),
  "config-from": text("The network from which to copy the configuration"),
  "config-only": bool("Create a configuration only network"),
  driver: text("Driver to manage the Network", { short: "d", initial: "bridge" }),
  gateway: commaList("IPv4 or IPv6 Gateway for the master subnet"),
  ingress: bool("Create swarm routing-mesh network"),
  internal: bool("Restrict external access to the network"),
  "ip-range": commaList("Allocate container ip from a sub-range"),
  "ipam-driver": text("IP Address Management Driver", { initial: "default" }),
  "ipam-opt": list("Set IPAM driver specific options"),
  ipv4: bool("Enable or disable IPv4 address assignment", { initial: true }),
  ipv6: bool("Enable or disable IPv6 address assignment"),
  label: labels("Set metadata on a network"),
  opt: list("Set driver specific options", { short: "o" }),
  scope: text("Control the network's scope"),
  subnet: commaList("Subnet in CIDR format that represents a network segment"),
}

export const command = define({
  usage: "[OPTIONS] NETWORK",
  arity: exactly(1),
  flags,
  examples: [["drydock network create --driver overlay --subnet 10.9.0.0/24 backend", "a network over all nodes"]],
  async run(cli, { flags, changed, args: [name = ""] }) {
    const body: NetworkCreate = {
      Name: name,
      CheckDuplicate: true,
      Driver: flags.driver,
      Scope: flags.scope,
      ...(changed.has("ipv4") && { EnableIPv4: flags.ipv4 }),
      ...(changed.has("ipv6") && { EnableIPv6: flags.ipv6 }),
      IPAM: ipam(flags),
      Internal: flags.internal,
      Attachable: flags.attachable,
      Ingress: flags.ingress,
      ConfigOnly: flags["config-only"],
      ...(flags["config-from"] !== "" && { ConfigFrom: { Network: flags["config-from"] } }),
      Options: toMap(flags.opt),
      Labels: toMap(flags.label),
    }
    const created = await cli.engine.post<{ readonly Id: string; readonly Warning?: string }>("/networks/create", {
      body,
    })
    if (created.Warning !== undefined && created.Warning !== "") cli.err(`WARNING: ${created.Warning}\n`)
    cli.out(`${created.Id}\n`)
  },
})

/** Ranges, gateways and auxiliary addresses go to the subnet they lie in. */
function ipam(given: FlagValues<typeof flags>): Ipam {
  const { subnet: subnets, "ip-range": ranges, gateway: gateways } = given
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new CliError("every ip-range or gateway must have a corresponding subnet")
  }
  checkOverlaps(subnets)
  const auxiliary = Object.entries(toMap(given["aux-address"]))
  const homes = {
    ranges: assign(subnets, ranges, "range", "ranges"),
    gateways: assign(subnets, gateways, "gateway", "gateways"),
  }
  for (const [, address] of auxiliary) {
    if (!subnets.some((subnet) => contains(subnet, address)))
      throw new CliError(`no matching subnet for aux-address ${address}`)
  }
  const Config = subnets.map((subnet): IpamConfig => {
    const range = homes.ranges.get(subnet)
    const gateway = homes.gateways.get(subnet)
    const mine = auxiliary.filter(([, address]) => contains(subnet, address))
    return {
      Subnet: subnet,
      ...(range !== undefined && { IPRange: range }),
      ...(gateway !== undefined && { Gateway: gateway }),
      ...(mine.length > 0 && { AuxiliaryAddresses: Object.fromEntries(mine) }),
    }
  })
  return { Driver: given["ipam-driver"], Options: toMap(given["ipam-opt"]), Config }
}

function checkOverlaps(subnets: ReadonlyArray<string>): void {
  subnets.forEach((a, i) => {
    if (subnets.slice(i + 1).some((b) => contains(a, b) || contains(b, a))) {
      throw new CliError("multiple overlapping subnet configuration is not supported")
    }
  })
}

/** Which address belongs to which subnet; one each. */
function assign(
  subnets: ReadonlyArray<string>,
  addresses: ReadonlyArray<string>,
  one: string,
  several: string,
): ReadonlyMap<string, string> {
  const homes = new Map<string, string>()
  for (const address of addresses) {
    const home = subnets.find((subnet) => contains(subnet, address))
    if (home === undefined) throw new CliError(`no matching subnet for ${one} ${address}`)
    const other = homes.get(home)
    if (other !== undefined) {
      const where = one === "range" ? "on" : "for"
      throw new CliError(
        `cannot configure multiple ${several} (${address}, ${other}) ${where} the same subnet (${home})`,
      )
    }
    homes.set(home, address)
  }
  return homes
}
