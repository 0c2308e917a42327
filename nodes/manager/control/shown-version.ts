import type { Version } from "../../../core/model/common.ts"

/**
 * The object with a version that a client can read. What was written earlier in the same transaction has none yet: it is shown as 0, which is
 * nobody's version, so that an update made from it is out of sequence.
 */
export const withShownVersion = <T extends { readonly Version: Version }>(object: T): T =>
  object.Version.Index < 0 ? { ...object, Version: { Index: 0 } } : object
