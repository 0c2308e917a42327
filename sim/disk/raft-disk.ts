import type { Random } from "../../core/random.ts"
import type { LogStorage, Save, Stored } from "../../raft/index.ts"
import type { EventQueue } from "../time/event-queue.ts"
import { Disk, type DiskConditions } from "./disk.ts"

/** A simulated disk under a log storage: saves reach the storage when they are durable, and the storage is what a crash leaves. */
export class RaftDisk {
  readonly disk: Disk<Save>
  readonly #storage: LogStorage

  constructor(queue: EventQueue, random: Random, storage: LogStorage, conditions: Partial<DiskConditions> = {}) {
    this.#storage = storage
    this.disk = new Disk<Save>(queue, random, (save) => storage.save(save), conditions)
  }

  save(save: Save, durable: () => void): void {
    this.disk.write(save, durable)
  }

  crash(): void {
    this.disk.crash()
  }

  /** What a process finds when it starts. */
  load(): Stored {
    return this.#storage.load()
  }
}
