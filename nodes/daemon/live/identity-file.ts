import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Identity } from "../../node/identity.ts"
import type { IdentityStorage, Kept } from "../../node/platform.ts"
import { open, seal } from "../../wire/autolock/sealed-box.ts"
import { parseUnlockKey } from "../../wire/autolock/unlock-key.ts"
import { readPrivateFile, removePrivateFile, writePrivateFile } from "./private-file.ts"

/** What is sealed in the box, and for whom. */
const context = "drydock node identity"

const File = Schema.fromJsonString(
  Schema.Union([
    Schema.Struct({ format: Schema.Literal(1), identity: Schema.Record(Schema.String, Schema.Unknown) }),
    Schema.Struct({ format: Schema.Literal(1), box: Schema.String }),
  ]),
)
const decodeFile = Schema.decodeUnknownOption(File)

export class IdentityFileError extends Schema.TaggedError<IdentityFileError>()("IdentityFileError", {
  message: Schema.String,
}) {}

/**
 * Who this node is, in one file that only its owner may read: certificate, keys, and what a first manager begins with. Locked, the whole of it
 * is sealed under the swarm's unlock key.
 */
export class IdentityFile implements IdentityStorage {
  readonly #path: string
  readonly #failed: (error: unknown) => void

  /** `failed`: the disk refused, and the node must not go on. */
  constructor(path: string, failed: (error: unknown) => void) {
    this.#path = path
    this.#failed = failed
  }

  load(): Kept {
    const text = readPrivateFile(this.#path)
    if (text === undefined) return { state: "none" }
    const file = Option.getOrUndefined(decodeFile(text))
    if (file === undefined) throw this.#broken()
    return "box" in file ? { state: "locked" } : { state: "open", identity: this.#checked(file.identity) }
  }

  save(identity: Identity, unlockKey: string | undefined, durable: () => void): void {
    const key = unlockKey === undefined ? undefined : parseUnlockKey(unlockKey)
    const text = JSON.stringify(identity)
    const file =
      key === undefined
        ? { format: 1, identity }
        : { format: 1, box: Buffer.from(seal(key, Buffer.from(text), context)).toString("base64") }
    try {
      writePrivateFile(this.#path, `${JSON.stringify(file)}\n`)
    } catch (error) {
      this.#failed(error)
      return
    }
    setImmediate(durable)
  }

  unlock(key: string): Identity | undefined {
    const text = readPrivateFile(this.#path)
    const file = text === undefined ? undefined : Option.getOrUndefined(decodeFile(text))
    const parsed = parseUnlockKey(key.replace(/=$/, ""))
    if (file === undefined || !("box" in file) || parsed === undefined) return undefined
    const opened = open(parsed, Buffer.from(file.box, "base64"), context)
    return opened && this.#checked(JSON.parse(Buffer.from(opened).toString("utf8")))
  }

  wipe(): void {
    removePrivateFile(this.#path)
  }

  /** The file is this program's own and all or nothing: what has the marks of an identity is one. */
  #checked(value: unknown): Identity {
    if (!isIdentity(value)) throw this.#broken()
    return value
  }

  #broken(): IdentityFileError {
    return new IdentityFileError({
      message: `${this.#path} cannot be read: it is damaged, or of a newer version. Remove the data folder and join the swarm again`,
    })
  }
}

const Marks = Schema.Struct({
  nodeId: Schema.String,
  role: Schema.Literals(["manager", "worker"]),
  clusterId: Schema.String,
  managers: Schema.Array(Schema.Unknown),
  advertiseAddr: Schema.String,
  listenAddr: Schema.String,
  certificate: Schema.Struct({ material: Schema.String, expiresAt: Schema.Number }),
})
const hasMarks = Schema.is(Marks)

const isIdentity = (value: unknown): value is Identity => hasMarks(value)
