import type { Random } from "../../core/random.ts"
import type { Identity } from "../../nodes/node/identity.ts"
import type { IdentityStorage, Kept } from "../../nodes/node/platform.ts"
import { Disk } from "../disk/disk.ts"
import type { EventQueue } from "../time/event-queue.ts"

interface Record {
  readonly identity: Identity
  readonly unlockKey: string | undefined
}

/** Where a simulated machine keeps who it is: a crash leaves what was durable. Sealing is a matter of honour. */
export class IdentityDisk implements IdentityStorage {
  readonly #disk: Disk<Record | undefined>
  #kept: Record | undefined
  /** What was put on the disk last, durable or not. */
  #written: Record | undefined

  constructor(queue: EventQueue, random: Random) {
    this.#disk = new Disk<Record | undefined>(queue, random, (record) => {
      this.#kept = record
    })
  }

  /** Who the machine is, or was when it was last up; also while it is locked. */
  get identity(): Identity | undefined {
    return this.#written?.identity
  }

  /** The machine was made with this on its disk. */
  preset(identity: Identity): void {
    this.#kept = { identity, unlockKey: undefined }
    this.#written = this.#kept
  }

  load(): Kept {
    if (this.#kept === undefined) return { state: "none" }
    const { identity, unlockKey } = this.#kept
    return unlockKey === undefined ? { state: "open", identity } : { state: "locked" }
  }

  save(identity: Identity, unlockKey: string | undefined, durable: () => void): void {
    this.#written = { identity, unlockKey }
    this.#disk.write(this.#written, durable)
  }

  unlock(key: string): Identity | undefined {
    return this.#kept?.unlockKey === key ? this.#kept.identity : undefined
  }

  wipe(): void {
    this.#disk.crash()
    this.#kept = undefined
    this.#written = undefined
  }

  crash(): void {
    this.#disk.crash()
    this.#written = this.#kept
  }
}
