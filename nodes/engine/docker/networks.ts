import type Docker from "dockerode"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { NetworkCreate } from "../../../core/model/network.ts"
import type { ContainerNetwork } from "../engine.ts"
import { call } from "./client.ts"
import type { Attachment } from "./create-body.ts"
import { EngineError } from "./error.ts"

/** On every network that stands for one of the cluster: that one's ID. */
export const networkLabel = "com.docker.swarm.network.id"

/** The part of a container's network settings that says which networks it is on. */
export interface NetworkUse {
  readonly HostConfig: { readonly NetworkMode?: string | undefined }
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly NetworkID?: string | undefined }>> }
}

/** A network of the engine, by name, that is wanted by somebody. */
export interface Held {
  readonly name: string
  readonly release: () => void
}

/**
 * The cluster's networks on this engine: each is one bridge, made when the first container needs it and removed when no container is on it.
 * Several nodes may share an engine, and then the bridges too.
 */
export class Networks {
  readonly #docker: Docker
  /** By the cluster's ID, the engine's ID. */
  readonly #known = new Map<string, string>()
  /** Containers being created are not on a network yet: it must not go meanwhile. */
  readonly #inUse = new Map<string, number>()
  readonly #one = Semaphore.makeUnsafe(1)

  constructor(docker: Docker) {
    this.#docker = docker
  }

  /** Runs what creates a container, with its networks there. A network that another node removed in between is made again. */
  with<A>(
    networks: ReadonlyArray<ContainerNetwork>,
    create: (attachments: ReadonlyArray<Attachment>) => Effect.Effect<A, EngineError>,
  ): Effect.Effect<A, EngineError> {
    const ids = networks.map(({ id }) => id)
    const attempt = Effect.forEach(networks, (network) => this.#attachment(network)).pipe(Effect.flatMap(create))
    const again = (error: EngineError): boolean => error.status === 404 && error.message.includes("network")
    return Effect.acquireUseRelease(
      Effect.sync(() => this.#count(ids, 1)),
      () =>
        attempt.pipe(
          Effect.tapError((error) => Effect.sync(() => again(error) && this.#forget(ids))),
          Effect.retry({ times: 2, while: again }),
        ),
      () => Effect.sync(() => this.#count(ids, -1)),
    )
  }

  /** The network that stands for one of the cluster, which stays until `release` is called. */
  hold(id: string, spec: NetworkCreate): Effect.Effect<Held, EngineError> {
    const release = () => this.#count([id], -1)
    const stillThere = (network: string) => call(() => this.#docker.getNetwork(network).inspect())
    const attempt = Effect.flatMap(this.#ensure(id, spec), stillThere).pipe(
      Effect.tapError((error) => Effect.sync(() => error.status === 404 && this.#forget([id]))),
      Effect.retry({ times: 2, while: (error) => error.status === 404 }),
    )
    return Effect.suspend(() => {
      this.#count([id], 1)
      return attempt
    }).pipe(
      Effect.map(({ Name }) => ({ name: Name, release })),
      Effect.tapError(() => Effect.sync(release)),
    )
  }

  /** Removes the networks that none of the engine's containers is on. Whatever the engine refuses stays. */
  sweep(containers: ReadonlyArray<NetworkUse>): Effect.Effect<void, EngineError> {
    const used = new Set<string>()
    for (const { HostConfig, NetworkSettings } of containers) {
      if (HostConfig.NetworkMode !== undefined) used.add(HostConfig.NetworkMode)
      // A container that never ran has its networks by name alone.
      for (const [name, { NetworkID = "" }] of Object.entries(NetworkSettings.Networks)) used.add(name).add(NetworkID)
    }
    const remove = ({ Id }: { readonly Id: string }): Effect.Effect<void> =>
      call(() => this.#docker.getNetwork(Id).remove()).pipe(Effect.ignore)
    return this.#own({}).pipe(
      Effect.flatMap((networks) =>
        Effect.forEach(networks, (network) => {
          const id = network.Labels?.[networkLabel] ?? ""
          if (this.#inUse.has(id) || used.has(network.Id) || used.has(network.Name)) return Effect.void
          this.#known.delete(id)
          return remove(network)
        }),
      ),
      this.#one.withPermit,
      Effect.asVoid,
    )
  }

  #attachment({ id, spec, aliases, addresses, driverOpts }: ContainerNetwork): Effect.Effect<Attachment, EngineError> {
    if (spec === undefined) return Effect.succeed({ network: id, endpoint: {} })
    const endpoint = {
      Aliases: aliases,
      ...(driverOpts && { DriverOpts: driverOpts }),
      // The cluster's addresses hold where its subnet does: where somebody asked for it.
      ...(hasSubnet(spec) && { IPAMConfig: addressesOf(addresses) }),
    }
    return Effect.map(this.#ensure(id, spec), (network) => ({ network, endpoint }))
  }

  #ensure(id: string, spec: NetworkCreate): Effect.Effect<string, EngineError> {
    const known = this.#known.get(id)
    if (known !== undefined) return Effect.succeed(known)
    const found = Effect.map(this.#own({ label: `${networkLabel}=${id}` }), ([first]) => first?.Id)
    const make = this.#freeName(id, spec).pipe(
      Effect.flatMap((name) => call(() => this.#docker.createNetwork(bridge(id, name, spec)))),
      Effect.map((network): string | undefined => network.id),
      // Another node is making it: two networks cannot have the same bridge. It shows once it is whole.
      Effect.catch((error) => (isTaken(error) ? Effect.as(Effect.sleep("100 millis"), undefined) : Effect.fail(error))),
    )
    const attempt = Effect.flatMap(found, (network) => (network === undefined ? make : Effect.succeed(network)))
    return attempt.pipe(
      Effect.flatMap((network) =>
        network === undefined ? Effect.fail(beingMade(spec.Name)) : Effect.succeed(network),
      ),
      Effect.retry({ times: 50, while: (error) => error.status === beingMade("").status }),
      Effect.tap((network) => Effect.sync(() => this.#known.set(id, network))),
      this.#one.withPermit,
    )
  }

  /** The network's own name, unless the engine has something else of that name. */
  #freeName(id: string, { Name }: NetworkCreate): Effect.Effect<string, EngineError> {
    return call(() => this.#docker.listNetworks({ filters: { name: [Name] } })).pipe(
      Effect.map((networks) => (networks.some((network) => network.Name === Name) ? `${Name}.${id}` : Name)),
    )
  }

  /** Oldest first. */
  #own({ label = networkLabel }: { readonly label?: string }) {
    return call(() => this.#docker.listNetworks({ filters: { label: [label] } })).pipe(
      Effect.map((networks) => networks.sort((a, b) => compare(a.Created, b.Created) || compare(a.Id, b.Id))),
    )
  }

  #count(ids: ReadonlyArray<string>, change: number): void {
    for (const id of ids) {
      const count = (this.#inUse.get(id) ?? 0) + change
      if (count === 0) this.#inUse.delete(id)
      else this.#inUse.set(id, count)
    }
  }

  #forget(ids: ReadonlyArray<string>): void {
    for (const id of ids) this.#known.delete(id)
  }
}

/** An overlay becomes a bridge; a driver that works on one machine stays what it is. */
function bridge(id: string, name: string, spec: NetworkCreate): Docker.NetworkCreateOptions {
  const isOverlay = spec.Driver === undefined || spec.Driver === "" || spec.Driver === "overlay"
  const asked = Object.entries(spec.Options ?? {})
  const options = isOverlay
    ? [...asked.filter(([key]) => bridgeTakes.has(key)), ["com.docker.network.bridge.name", bridgeName(id)]]
    : asked
  return {
    Name: name,
    CheckDuplicate: true,
    Driver: isOverlay ? "bridge" : (spec.Driver ?? "bridge"),
    Internal: spec.Internal ?? false,
    EnableIPv6: spec.EnableIPv6 ?? false,
    Attachable: true,
    Options: Object.fromEntries(options),
    Labels: { ...spec.Labels, [networkLabel]: id },
    ...(hasSubnet(spec) && { IPAM: subnets(spec) }),
  }
}

/** Fits an interface's 15 characters. The same for all nodes of an engine, so that they cannot make the network twice at once. */
const bridgeName = (id: string): string => `dd-${id.slice(0, 12)}`

const isTaken = ({ status, message }: EngineError): boolean => status === 409 || message.includes("same bridge name")

const beingMade = (name: string): EngineError =>
  new EngineError({ message: `network ${name} is being made by another node`, status: 423 })

const bridgeTakes: ReadonlySet<string> = new Set(["com.docker.network.driver.mtu"])

const hasSubnet = ({ IPAM }: NetworkCreate): boolean => IPAM?.Config?.some(({ Subnet = "" }) => Subnet !== "") ?? false

const subnets = ({ IPAM }: NetworkCreate): Docker.IPAM => ({
  Driver: "default",
  Config: (IPAM?.Config ?? []).map(({ Subnet = "", IPRange, Gateway }) => ({
    Subnet,
    ...(IPRange && { IPRange }),
    ...(Gateway && { Gateway }),
  })),
})

function addressesOf(cidrs: ReadonlyArray<string>): object {
  const addresses = cidrs.map((cidr) => cidr.replace(/\/\d+$/, ""))
  const v6 = addresses.find((address) => address.includes(":"))
  const v4 = addresses.find((address) => !address.includes(":"))
  return { ...(v4 && { IPv4Address: v4 }), ...(v6 && { IPv6Address: v6 }) }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
