import { randomBytes } from "node:crypto"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { key_bytes, open, seal } from "./sealed-box.ts"

/** What a manager must keep to itself, beside its data. */
export interface NodeKeys {
  /** Of its certificate: PKCS #8, PEM. */
  readonly key: string
  /** Seals what its storage keeps (the data-encryption key): 32 bytes. */
  readonly dataKey: Uint8Array
}

/** The unlock key opens the file; changing it rewrites this file alone, since the data stays under the data-encryption key. */
const context = "drydock node keys"

const Content = Schema.fromJsonString(Schema.Struct({ key: Schema.String, dataKey: Schema.String }))
const File = Schema.fromJsonString(
  Schema.Union([
    Schema.Struct({ locked: Schema.Literal(false), content: Schema.String }),
    Schema.Struct({ locked: Schema.Literal(true), box: Schema.String }),
  ]),
)
const decodeContent = Schema.decodeUnknownOption(Content)
const decodeFile = Schema.decodeUnknownOption(File)

export const newDataKey = (): Uint8Array => new Uint8Array(randomBytes(key_bytes))

/** The text of the file: sealed when there is an unlock key. It is to be written so that only its owner may read it, either way. */
export function writeKeyFile(keys: NodeKeys, unlockKey: Uint8Array | undefined): string {
  const content = JSON.stringify({ key: keys.key, dataKey: Buffer.from(keys.dataKey).toString("base64") })
  if (unlockKey === undefined) return JSON.stringify({ locked: false, content })
  return JSON.stringify({
    locked: true,
    box: Buffer.from(seal(unlockKey, Buffer.from(content), context)).toString("base64"),
  })
}

/** - locked: it is sealed, and no key was given; wrong-key: not with this one, or it was changed; broken: it is no key file. */
export type KeyFile =
  | { readonly type: "open"; readonly keys: NodeKeys; readonly sealed: boolean }
  | { readonly type: "locked" }
  | { readonly type: "wrong-key" }
  | { readonly type: "broken" }

export function readKeyFile(text: string, unlockKey: Uint8Array | undefined): KeyFile {
  const file = Option.getOrUndefined(decodeFile(text))
  if (file === undefined) return { type: "broken" }
  if (!file.locked) return opened(file.content, false)
  if (unlockKey === undefined) return { type: "locked" }
  const content = open(unlockKey, Buffer.from(file.box, "base64"), context)
  return content === undefined ? { type: "wrong-key" } : opened(Buffer.from(content).toString(), true)
}

function opened(text: string, sealed: boolean): KeyFile {
  const content = Option.getOrUndefined(decodeContent(text))
  const dataKey = content && new Uint8Array(Buffer.from(content.dataKey, "base64"))
  if (dataKey?.length !== key_bytes || content === undefined) return { type: "broken" }
  return { type: "open", keys: { key: content.key, dataKey }, sealed }
}
