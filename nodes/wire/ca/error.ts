import * as Data from "effect/Data"

/** A certificate, key or request that is none, or is not what it should be. */
export class CertificateError extends Data.TaggedError("CertificateError")<{ readonly message: string }> {}
