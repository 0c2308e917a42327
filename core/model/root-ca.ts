import * as Schema from "effect/Schema"

/** "SWMTKN-1-<digest of the root certificate>-<secret>": what a machine joins with, and as what. */
export const JoinTokens = Schema.Struct({ Worker: Schema.String, Manager: Schema.String })
export interface JoinTokens extends Schema.Schema.Type<typeof JoinTokens> {}

/** A certificate authority of a swarm: the root certificate and its key, both PEM. Not shown by the Engine API but for the certificate. */
export const RootCa = Schema.Struct({
  CACert: Schema.String,
  CAKey: Schema.String,
  /** SHA-256 of CACert in hexadecimal digits; the middle part of join tokens is this number in base 36. */
  Digest: Schema.String,
  /** Base 64 of the DER of the certificate's subject and of its public key: what nodes report as CertIssuer... */
  Subject: Schema.String,
  PublicKey: Schema.String,
  /** PEM: this root's key signed by the root before it, so that those who trust only that one trust this one, too. */
  CrossSigned: Schema.optionalKey(Schema.String),
})
export interface RootCa extends Schema.Schema.Type<typeof RootCa> {}

/** The root that is about to take the place of the present one, and the tokens that will go with it. */
export const RootRotation = Schema.Struct({ Root: RootCa, JoinTokens })
export interface RootRotation extends Schema.Schema.Type<typeof RootRotation> {}
