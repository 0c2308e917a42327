import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Availability } from "../../../core/model/node.ts"
import { identityOf } from "../ca/identity.ts"
import { createRequest } from "../ca/request.ts"
import { authorityName } from "../ca/role-names.ts"
import { nodeTlsInfo } from "../ca/tls-info.ts"
import { parseToken, rootDigest } from "../ca/tokens.ts"
import type { Credentials, Identity } from "../credentials.ts"
import type { Remote } from "../port/admission.ts"
import { CertificateAnswer, paths, Refusal, RootAnswer } from "../port/messages.ts"
import { JoinError } from "./error.ts"
import { type Answered, type Exchange, exchange } from "./exchange.ts"
import { firstThatAnswers } from "./first-that-answers.ts"

/** What a node has after joining, or after a renewal. */
export interface Joined {
  readonly identity: Identity
  readonly credentials: Credentials
  /** A manager's member of the consensus group. */
  readonly raftId?: number
  /** All managers, with their ports. */
  readonly managers: ReadonlyArray<Remote>
}

export interface JoinOptions {
  /** Managers' ports, "ip:port": asked in this order until one answers. */
  readonly addresses: ReadonlyArray<string>
  readonly token: string
  readonly availability?: Availability
  /** The same for every attempt of one machine to join, so that it becomes one node; known to nobody else. */
  readonly wish?: string
}

/**
 * Becomes a node of a cluster: fetches its root certificate and checks it against the token, then, over a connection that this root vouches for, sends
 * a request and the token's secret. The key never leaves this process.
 */
export const join: (options: JoinOptions) => Effect.Effect<Joined, JoinError> = Effect.fnUntraced(function* (options) {
  const token = parseToken(options.token)
  if (token === undefined) return yield* new JoinError({ reason: "token", message: "invalid join token" })
  const { availability, wish } = options
  return yield* firstThatAnswers(
    options.addresses,
    Effect.fnUntraced(function* (address) {
      const root = yield* fetchRoot(address, token.digest)
      const more = {
        secret: token.secret,
        ...(availability === undefined ? {} : { availability }),
        ...(wish === undefined ? {} : { wish }),
      }
      return yield* obtain({ address, trust: { roots: root, name: authorityName } }, more)
    }),
  )
})

export interface RenewOptions {
  readonly addresses: ReadonlyArray<string>
  readonly credentials: Credentials
}

/** A new certificate for a node that has one: with the role it has by now, and the roots to believe by now. */
export const renew = ({ addresses, credentials }: RenewOptions): Effect.Effect<Joined, JoinError> =>
  firstThatAnswers(addresses, (address) =>
    obtain({ address, trust: { roots: credentials.trust, name: authorityName }, own: credentials }, {}),
  )

/** The root certificate of whoever listens there, if it is the one with that digest (64 hexadecimal digits). */
export const fetchRoot: (address: string, digest: string) => Effect.Effect<string, JoinError> = Effect.fnUntraced(
  function* (address, digest) {
    const answered = yield* exchange({ address, method: "GET", path: paths.root })
    const { certificate } = yield* decoded(address, answered, RootAnswer)
    const found = rootDigest(certificate)
    if (found !== digest) {
      const message = `remote CA does not match fingerprint. Expected: ${digest}`
      return yield* new JoinError({ reason: "fingerprint", message })
    }
    return certificate
  },
)

const obtain = Effect.fnUntraced(function* (
  to: Pick<Exchange, "address" | "trust" | "own">,
  more: { readonly secret?: string; readonly availability?: Availability; readonly wish?: string },
) {
  const { csr, key } = yield* createRequest
  const answered = yield* exchange({ ...to, method: "POST", path: paths.certificate, body: { csr, ...more } })
  const { certificate, trust, managers, raftId } = yield* decoded(to.address, answered, CertificateAnswer)
  const identity = identityOf(certificate)
  const signed = yield* Effect.promise(() => nodeTlsInfo(certificate, trust).catch(() => undefined))
  if (identity === undefined || signed === undefined) {
    return yield* new JoinError({
      reason: "unreachable",
      message: `${to.address}: the certificate is not by the swarm's root`,
    })
  }
  return { identity, credentials: { certificate, key, trust }, managers, ...(raftId === undefined ? {} : { raftId }) }
})

const decoded = <A>(
  address: string,
  { status, body }: Answered,
  shape: Schema.Decoder<A>,
): Effect.Effect<A, JoinError> => {
  if (status === 200) {
    return Schema.decodeUnknownEffect(shape)(body).pipe(
      Effect.mapError(
        () => new JoinError({ reason: "unreachable", message: `${address}: it is no manager of a swarm` }),
      ),
    )
  }
  return Schema.decodeUnknownEffect(Refusal)(body).pipe(
    Effect.mapError(() => new JoinError({ reason: "unreachable", message: `${address}: HTTP status ${status}` })),
    Effect.flatMap(({ message }) =>
      // Another manager may decide what this one cannot.
      Effect.fail(new JoinError({ reason: status >= 500 ? "unreachable" : "refused", message, status })),
    ),
  )
}
