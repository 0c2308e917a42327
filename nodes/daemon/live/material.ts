import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Identity } from "../../node/identity.ts"
import { newDataKey } from "../../wire/autolock/key-file.ts"
import type { Credentials } from "../../wire/credentials.ts"

/** What a node of the live world keeps as its certificate's `material`: keys and certificates, and the key that its manager's storage is sealed with. */
export interface Material extends Credentials {
  /** 32 bytes; the same for the whole life of the node in its swarm. */
  readonly dataKey: Uint8Array
}

const Text = Schema.fromJsonString(
  Schema.Struct({ certificate: Schema.String, key: Schema.String, trust: Schema.String, dataKey: Schema.String }),
)
const decode = Schema.decodeUnknownOption(Text)

export const encodeMaterial = ({ certificate, key, trust, dataKey }: Material): string =>
  JSON.stringify({ certificate, key, trust, dataKey: Buffer.from(dataKey).toString("base64") })

export function decodeMaterial(text: string): Material | undefined {
  const found = Option.getOrUndefined(decode(text))
  return found && { ...found, dataKey: new Uint8Array(Buffer.from(found.dataKey, "base64")) }
}

export const materialOf = (identity: Identity): Material | undefined => decodeMaterial(identity.certificate.material)

/** Credentials of a node that is new, or has new ones: the data key stays. */
export const materialWith = (credentials: Credentials, before: Material | undefined): Material => ({
  ...credentials,
  dataKey: before?.dataKey ?? newDataKey(),
})
