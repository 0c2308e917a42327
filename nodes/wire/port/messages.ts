import * as Schema from "effect/Schema"
import { Availability, Role } from "../../../core/model/node.ts"

/** What strangers and nodes ask of a port over HTTP, and what they are answered. JSON. */
export const paths = { root: "/ca", certificate: "/certificate" } as const

/** To GET /ca: the root certificate whose digest is in join tokens, PEM. */
export const RootAnswer = Schema.Struct({ certificate: Schema.String })

/** POST /certificate: with a secret by strangers, without by nodes. */
export const CertificateAsk = Schema.Struct({
  csr: Schema.String,
  secret: Schema.optionalKey(Schema.String),
  availability: Schema.optionalKey(Availability),
  wish: Schema.optionalKey(Schema.String),
})

export const CertificateAnswer = Schema.Struct({
  nodeId: Schema.String,
  role: Role,
  raftId: Schema.optionalKey(Schema.Number),
  /** The chain, PEM. */
  certificate: Schema.String,
  /** The roots to believe from now on, PEM. */
  trust: Schema.String,
  managers: Schema.Array(Schema.Struct({ nodeId: Schema.String, addr: Schema.String })),
})

/** To whatever is refused. */
export const Refusal = Schema.Struct({ message: Schema.String })
