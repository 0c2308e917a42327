import * as Result from "effect/Result"
import { type Answer, refuse } from "../../core/errors.ts"
import type { ClusterSpec } from "../../core/model/cluster.ts"
import type { Availability } from "../../core/model/node.ts"
import { parseCidr, prefixLength } from "../../scheduler/cidr.ts"

/** POST /swarm/init. */
export interface InitRequest {
  readonly listenAddr: string
  readonly advertiseAddr: string
  /** 0: Swarm's own, 4789. */
  readonly dataPathPort: number
  readonly forceNewCluster: boolean
  readonly spec: ClusterSpec
  readonly availability: Availability
  readonly defaultAddrPool: ReadonlyArray<string>
  /** 0: 24. */
  readonly subnetSize: number
}

/** POST /swarm/join. */
export interface JoinRequest {
  readonly listenAddr: string
  readonly advertiseAddr: string
  readonly remoteAddrs: ReadonlyArray<string>
  readonly token: string
  readonly availability: Availability
}

/** What the networks of a new swarm are made from. */
export interface Addressing {
  readonly defaultAddrPool: ReadonlyArray<string>
  readonly subnetSize: number
  readonly dataPathPort: number
}

export function addressingOf(request: InitRequest): Answer<Addressing> {
  const { defaultAddrPool, dataPathPort } = request
  if (dataPathPort !== 0 && (dataPathPort < 1024 || dataPathPort > 49_151)) {
    return refuse(500, `Datapath port number is not in valid range (1024-49151) : ${dataPathPort}`)
  }
  const subnetSize = request.subnetSize === 0 ? 24 : request.subnetSize
  for (const pool of defaultAddrPool) {
    const cidr = parseCidr(pool)
    if (cidr === undefined) return refuse(500, `invalid CIDR address: ${pool}`)
    if (subnetSize < prefixLength(cidr)) {
      return refuse(500, `invalid CIDR: ${JSON.stringify(pool)}. Subnet size is too small for pool: ${subnetSize}`)
    }
  }
  return Result.succeed({
    defaultAddrPool: defaultAddrPool.length === 0 ? ["10.0.0.0/8"] : defaultAddrPool,
    subnetSize,
    dataPathPort: dataPathPort === 0 ? 4789 : dataPathPort,
  })
}

export interface JoinToken {
  /** Of the root certificate, in base 36, 50 digits. */
  readonly digest: string
  readonly secret: string
}

/** Takes a token apart: "SWMTKN-1-<digest>-<secret>", or version 2 with a word on FIPS before the digest (swarmkit ca/config.go). */
export function parseToken(token: string): JoinToken | undefined {
  const parts = token.trim().split("-")
  const [name, version] = parts
  const [digest = "", secret = ""] = version === "1" ? parts.slice(2) : parts.slice(3)
  const isWhole =
    name === "SWMTKN" && ((version === "1" && parts.length === 4) || (version === "2" && parts.length === 5))
  return isWhole && /^[0-9a-z]{50}$/.test(digest) && /^[0-9a-z]{25}$/.test(secret) ? { digest, secret } : undefined
}

/** Whether a text can be an unlock key: "SWMKEY-1-" and 32 bytes in base 64. */
export const isUnlockKey = (key: string): boolean => /^SWMKEY-1-[A-Za-z0-9+/]{43}=?$/.test(key.trim())
