import * as Effect from "effect/Effect"
import { hours, type Instant, type Millis } from "../../../core/instant.ts"
import type { Role } from "../../../core/model/node.ts"
import { backdate_ms } from "./create-root.ts"
import { CertificateError } from "./error.ts"
import { importKey } from "./keys.ts"
import { firstCertificate, pemOf } from "./pem.ts"
import { authorityName, unitOf } from "./role-names.ts"
import type { RootCA } from "./root-ca.ts"
import { algorithm, x509 } from "./x509.ts"

export interface IssueOptions {
  readonly root: RootCA
  /** PKCS #10, PEM. Only its key is used, and its signature checked: that the asker holds the key. */
  readonly csr: string
  readonly nodeId: string
  readonly role: Role
  readonly clusterId: string
  /** Not below an hour (`expiry_ms_min`): then Swarm's default takes its place, as in swarmkit. */
  readonly expiry_ms: Millis
  readonly now: Instant
}

export const expiry_ms_min = hours(1)
export const expiry_ms_default = hours(24 * 90)

/**
 * A certificate for a node: CN is its ID, OU its role, O the cluster; its DNS names are its ID and its role, so that TLS itself checks who
 * answers. While the root is being replaced the certificate comes with what leads to the present one.
 */
export const issue = (options: IssueOptions): Effect.Effect<string, CertificateError> =>
  Effect.tryPromise({
    try: () => sign(options),
    catch: (error) => new CertificateError({ message: error instanceof Error ? error.message : String(error) }),
  })

async function sign({ root, csr, nodeId, role, clusterId, expiry_ms, now }: IssueOptions): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(csr)
  if (!isP256(request.publicKey.algorithm)) throw new Error("certificate request: the key must be ECDSA P-256")
  if (!(await request.verify())) throw new Error("certificate request: its signature is not by its key")
  const signer = root.RootRotation ?? root
  const issuer = firstCertificate(signer.CACert)
  const unit = unitOf[role]
  const names = role === "manager" ? [unit, nodeId, authorityName] : [unit, nodeId]
  const life = expiry_ms < expiry_ms_min ? expiry_ms_default : expiry_ms
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ O: [clusterId] }, { OU: [unit] }, { CN: [nodeId] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now - backdate_ms),
    notAfter: new Date(Math.min(now + life, issuer.notAfter.getTime())),
    publicKey: request.publicKey,
    signingKey: await importKey(signer.CAKey),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.BasicConstraintsExtension(false, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(request.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value }))),
    ],
  })
  return pemOf(certificate) + (root.RootRotation?.CrossSignedCACert ?? "")
}

const isP256 = (key: Algorithm): boolean =>
  key.name === algorithm.name && "namedCurve" in key && key.namedCurve === algorithm.namedCurve
type Algorithm = { readonly name: string }
