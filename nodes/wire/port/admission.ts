import type * as Effect from "effect/Effect"
import type { ApiError } from "../../../core/errors.ts"
import type { Millis } from "../../../core/instant.ts"
import type { Availability, Role } from "../../../core/model/node.ts"
import type { Peer } from "../../peer.ts"
import type { RootCA } from "../ca/root-ca.ts"

/** Who asks for a certificate, and by what right. */
export type AdmissionRequest =
  /** By the secret of a join token. `address` is where the request came from, without a port. */
  | {
      readonly type: "join"
      readonly secret: string
      readonly availability?: Availability
      /** What the machine calls its wish to join, at every attempt alike. */
      readonly wish?: string
      readonly address: string
    }
  /** By its present certificate. */
  | { readonly type: "renew"; readonly peer: Peer }

/** Yes: and what the certificate is to say. */
export interface Admission {
  readonly nodeId: string
  readonly role: Role
  readonly clusterId: string
  /** Managers only: the member of the consensus group that it is to be. Passed on as it is. */
  readonly raftId?: number
  readonly root: RootCA
  /** How long the certificate is to be valid. */
  readonly expiry_ms: Millis
  readonly managers: ReadonlyArray<Remote>
}

/** A manager, and where its port is ("ip:port"). */
export interface Remote {
  readonly nodeId: string
  readonly addr: string
}

/** The cluster's decision. It is asked once per request, and interrupted when it takes too long. */
export type Admit = (request: AdmissionRequest) => Effect.Effect<Admission, ApiError>
