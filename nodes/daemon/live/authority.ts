import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { ApiError } from "../../../core/errors.ts"
import type { RootCa } from "../../../core/model/root-ca.ts"
import type { Admission } from "../../manager/control/admission.ts"
import type { Secrets } from "../../manager/control/request.ts"
import type { Certificate, Identity } from "../../node/identity.ts"
import type { Authority, Joining, Obtained } from "../../node/platform.ts"
import { newUnlockKey } from "../../wire/autolock/unlock-key.ts"
import { createRoot } from "../../wire/ca/create-root.ts"
import { identityOf } from "../../wire/ca/identity.ts"
import { issue } from "../../wire/ca/issue.ts"
import { certificatesIn } from "../../wire/ca/pem.ts"
import { createRequest } from "../../wire/ca/request.ts"
import type { RootCA, RootKeys } from "../../wire/ca/root-ca.ts"
import { beginRotation } from "../../wire/ca/rotation.ts"
import { issuerInfo, nodeTlsInfo } from "../../wire/ca/tls-info.ts"
import { makeToken, newSecret, rootDigest } from "../../wire/ca/tokens.ts"
import type { Credentials } from "../../wire/credentials.ts"
import { encodeMaterial, type Material, materialOf, materialWith } from "./material.ts"

/** One attempt each to be let into a swarm, and to renew a certificate: what wire/join offers. Undefined: nobody could be asked. */
export interface Asking {
  readonly join: (joining: Joining) => Effect.Effect<Asked>
  readonly renew: (identity: Identity, credentials: Credentials) => Effect.Effect<Asked>
}

export type Asked =
  | { readonly type: "let in"; readonly admission: Admission; readonly credentials: Credentials }
  | { readonly type: "refused"; readonly error: ApiError }
  | { readonly type: "unreached" }

export interface AuthorityOptions {
  readonly now: () => number
  readonly asking: Asking
  /** Runs what takes time, for as long as the node lives. */
  readonly run: (effect: Effect.Effect<void>) => void
}

/** Certificates of the live world: X.509, made and signed with the cluster's root. */
export const liveAuthority = ({ now, asking, run }: AuthorityOptions): Authority => ({
  found: (done) =>
    run(
      Effect.gen(function* () {
        const root = rootCaOf(yield* createRoot(now()))
        done(root, yield* makeSecrets(root, false, now()))
      }),
    ),
  issue: (root, admission, expiry, done) =>
    run(
      Effect.gen(function* () {
        const { csr, key } = yield* createRequest
        const { CACert } = root
        const signed = yield* sign({ root, expiry, csr, admission, now: now() })
        done(yield* certificateFor(materialWith({ certificate: signed, key, trust: CACert }, undefined)))
      }),
    ),
  secrets: (root, { rotate }, done) => run(Effect.map(makeSecrets(root, rotate, now()), done)),
  obtain: (joining, done) =>
    run(Effect.flatMap(asking.join(joining), (asked) => Effect.map(obtained(asked, undefined), done))),
  renew: (identity, done) => {
    const material = materialOf(identity)
    if (!material) return done(undefined)
    run(Effect.flatMap(asking.renew(identity, material), (asked) => Effect.map(obtained(asked, material), done)))
  },
})

interface Signing {
  readonly root: RootCa
  /** The present root while `root` is about to take its place. */
  readonly previous?: RootCa
  /** Nanoseconds. */
  readonly expiry: number
  readonly csr: string
  readonly admission: Pick<Admission, "nodeId" | "role" | "clusterId">
  readonly now: number
}

/** A certificate for who was admitted. What can go wrong here (a root that is none) is a defect: roots are checked when they are taken. */
const sign = ({ root, previous, expiry, csr, admission, now }: Signing): Effect.Effect<string> => {
  const { nodeId, role, clusterId } = admission
  const wire = wireRoot(root, previous)
  return Effect.orDie(issue({ root: wire, csr, nodeId, role, clusterId, expiry_ms: expiry / 1e6, now }))
}

/** The roots as the wire has them. */
export const wireRoot = (root: RootCa, previous?: RootCa): RootCA => {
  const { CACert, CAKey, CrossSigned } = root
  if (!previous || CrossSigned === undefined) return { CACert, CAKey }
  const RootRotation = { CACert, CAKey, CrossSignedCACert: CrossSigned }
  return { CACert: previous.CACert, CAKey: previous.CAKey, RootRotation }
}

const rootCaOf = ({ CACert, CAKey }: RootKeys, crossSigned?: string): RootCa => {
  const { CertIssuerSubject, CertIssuerPublicKey } = issuerInfo(CACert)
  return {
    CACert,
    CAKey,
    Digest: rootDigest(CACert),
    Subject: CertIssuerSubject,
    PublicKey: CertIssuerPublicKey,
    ...(crossSigned !== undefined && { CrossSigned: crossSigned }),
  }
}

const makeSecrets = (root: RootCa, rotate: boolean, now: number): Effect.Effect<Secrets> =>
  Effect.gen(function* () {
    const tokensFor = ({ CACert }: RootCa) => ({
      Worker: makeToken(CACert, newSecret()),
      Manager: makeToken(CACert, newSecret()),
    })
    const secrets = { tokens: tokensFor(root), unlockKey: newUnlockKey() }
    if (!rotate) return secrets
    const keys = yield* createRoot(now)
    const { RootRotation } = yield* Effect.orDie(beginRotation(root, keys, now))
    const coming = rootCaOf(keys, RootRotation?.CrossSignedCACert)
    return { ...secrets, rotation: { Root: coming, JoinTokens: tokensFor(coming) } }
  })

const obtained = (asked: Asked, before: Material | undefined): Effect.Effect<Obtained> =>
  Effect.gen(function* () {
    if (asked.type === "unreached") return undefined
    if (asked.type === "refused") return Result.fail(asked.error)
    const certificate = yield* certificateFor(materialWith(asked.credentials, before))
    return Result.succeed({ admission: asked.admission, certificate })
  })

/** What the machines know of a certificate. */
const certificateFor = (material: Material): Effect.Effect<Certificate> =>
  Effect.gen(function* () {
    const { certificate, trust } = material
    const said = identityOf(certificate)
    const tls = yield* Effect.promise(() => nodeTlsInfo(certificate, trust))
    if (!said || !tls) return yield* Effect.die(new Error("a certificate that no root of the cluster signed"))
    const signer = certificatesIn(trust).find(
      (root) => issuerInfo(root).CertIssuerPublicKey === tls.CertIssuerPublicKey,
    )
    return {
      tls,
      digest: rootDigest(signer ?? trust),
      ...(certificatesIn(trust).length > 1 && { transitional: true }),
      issuedAt: said.notBefore,
      expiresAt: said.notAfter,
      material: encodeMaterial(material),
    }
  })
