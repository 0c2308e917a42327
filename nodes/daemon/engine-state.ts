import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type { LocalNetwork } from "../api/gateway.ts"
import { apiVersion, lowerVersion } from "../api/protocol-version.ts"
import { type Json, objectAt } from "../api/words.ts"
import { askEngine, askEngineFor } from "./engine-client.ts"
import { swarmNetworkOf } from "./merged/networks.ts"
import type { EngineAddress } from "./proxy/engine-address.ts"

/** What is remembered of the engine, for answers that must not wait for it. */
export interface EngineFacts {
  readonly version: string
  /** The API level that is offered: the lower of the engine's and the highest that is known here. */
  readonly apiVersion: string
  /** "2": it builds with BuildKit unless told otherwise. Undefined: it does not say. */
  readonly builderVersion: string | undefined
  readonly networks: ReadonlyArray<LocalNetwork>
}

/** How long the engine may take to say how it is. */
const patience_ms = 1_000

/** The engine behind the daemon, as it was when somebody last looked. */
export class EngineState {
  readonly address: EngineAddress
  facts: EngineFacts = { version: "", apiVersion, builderVersion: undefined, networks: [] }

  constructor(address: EngineAddress) {
    this.address = address
  }

  /** Whether the engine answers; what it says in passing is remembered. */
  readonly refresh: Effect.Effect<boolean> = Effect.suspend(() => askEngine(this.address, { path: "/_ping" })).pipe(
    Effect.timeout(patience_ms),
    Effect.match({
      onFailure: () => false,
      onSuccess: ({ status, headers }) => {
        const level = headers["api-version"]
        const builder = headers["builder-version"]
        const version = /^Docker\/(\S+)/.exec(String(headers.server))?.[1]
        this.facts = {
          ...this.facts,
          version: version ?? this.facts.version,
          apiVersion: lowerVersion(typeof level === "string" ? level : apiVersion, apiVersion),
          builderVersion: typeof builder === "string" ? builder : undefined,
        }
        return status === 200
      },
    }),
  )

  /** Looks at the engine's own networks: services may name them, and must not name others. */
  readonly refreshNetworks: Effect.Effect<void> = Effect.suspend(() =>
    askEngineFor(this.address, { path: "/networks" }),
  ).pipe(
    Effect.timeout(patience_ms),
    Effect.match({
      onFailure: () => undefined,
      onSuccess: (found) => {
        this.facts = {
          ...this.facts,
          networks: Array.isArray(found) ? found.filter(Predicate.isObject).filter(isOwn).map(local) : [],
        }
      },
    }),
  )
}

/** What stands for a network of the swarm has that one's name, and is not what services must not name. */
const isOwn = (network: object): boolean => swarmNetworkOf(objectAt(network)) === undefined

const local = (network: object): LocalNetwork => {
  const { Name, Id, Driver }: Json = objectAt(network)
  return { Name: String(Name), Id: String(Id), Driver: String(Driver), Scope: "local" }
}
