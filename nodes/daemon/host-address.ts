import { networkInterfaces } from "node:os"
import * as Result from "effect/Result"
import { type Answer, refuse } from "../../core/errors.ts"

interface Found {
  readonly name: string
  readonly address: string
}

type Interfaces = Readonly<
  Record<string, ReadonlyArray<{ address: string; family: string; internal: boolean }> | undefined>
>

/** Made by engines for their containers: nobody else reaches this host there. */
const isOfContainers = (name: string): boolean => /^(docker|br-|veth)/.test(name)

/** The address under which others reach this host, when there is but one that it can be (swarmkit's rules and words). */
export function systemAddress(interfaces: Interfaces = networkInterfaces()): Answer<string> {
  const found: Array<Found> = []
  for (const [name, addresses] of Object.entries(interfaces)) {
    if (isOfContainers(name)) continue
    for (const { address, family, internal } of addresses ?? []) {
      if (!internal && family === "IPv4") found.push({ name, address })
    }
  }
  const [first, second] = found
  if (first === undefined) {
    return refuse(500, "could not find the system's IP address - specify one with --advertise-addr")
  }
  if (second === undefined) return Result.succeed(first.address)
  const where =
    first.name === second.name
      ? `on interface ${first.name} (${first.address} and ${second.address})`
      : `on different interfaces (${first.address} on ${first.name} and ${second.address} on ${second.name})`
  return refuse(
    400,
    `could not choose an IP address to advertise since this system has multiple addresses ${where} - specify one with --advertise-addr`,
  )
}
