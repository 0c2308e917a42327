import type { Applied } from "../../../core/store/change.ts"
import type { Save, Stored } from "../../../raft/index.ts"
import { StorageError } from "../../../raft/storage/sqlite.ts"
import { ManagerStorage, removeManagerStorage } from "../../manager/storage/manager-storage.ts"
import type { MemberStorage } from "../../node/platform.ts"
import { sealingWith } from "../../wire/autolock/sealing.ts"
import { GroupedSaves } from "../driver/grouped-saves.ts"

export interface LiveMemberOptions {
  readonly path: string
  /** The node's data key, asked for when the database is opened. */
  readonly dataKey: () => Uint8Array | undefined
  /** Told why the disk refused a save. */
  readonly refused: (error: unknown) => void
}

/** How long nothing is to happen before what was applied is written as rows, though there is nothing to save. */
const settle_ms = 1_000

/** The manager's database, opened when the member starts; saves of one turn share a flush. */
export class LiveMemberStorage implements MemberStorage {
  readonly #options: LiveMemberOptions
  #storage: ManagerStorage | undefined
  #saves: GroupedSaves<Save>
  #settling: NodeJS.Timeout | undefined

  constructor(options: LiveMemberOptions) {
    this.#options = options
    this.#saves = this.#newSaves()
  }

  get counts(): GroupedSaves<Save>["counts"] {
    return this.#saves.counts
  }

  load(): Stored {
    this.close()
    this.#saves = this.#newSaves()
    const key = this.#options.dataKey()
    this.#storage = new ManagerStorage(this.#options.path, key ? { sealing: sealingWith(key) } : {})
    return this.#storage.load()
  }

  save(save: Save, done: (durable: boolean) => void): void {
    this.#saves.save(
      save,
      () => done(true),
      (error) => {
        // Anything but the medium's refusal is a broken invariant: the process ends.
        if (!(error instanceof StorageError)) throw error
        this.#options.refused(error)
        done(false)
      },
    )
  }

  note(index: number, changes: ReadonlyArray<Applied>): void {
    this.#storage?.note(index, changes)
    this.#settling ??= setTimeout(() => this.#settle(), settle_ms)
    this.#settling.unref()
  }

  wipe(): void {
    this.close()
    removeManagerStorage(this.#options.path)
  }

  /** What is not durable is lost, as in a crash. */
  close(): void {
    this.#saves.stop()
    clearTimeout(this.#settling)
    this.#settling = undefined
    this.#storage?.close()
    this.#storage = undefined
  }

  #newSaves(): GroupedSaves<Save> {
    return new GroupedSaves((saves) => this.#storage?.save(saves))
  }

  #settle(): void {
    this.#settling = undefined
    try {
      this.#storage?.settle()
    } catch (error) {
      // The rows are for people to look at; the next save tells the member if the disk is not well.
      this.#options.refused(error)
    }
  }
}
