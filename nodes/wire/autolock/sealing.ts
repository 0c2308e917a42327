import { open, seal } from "./sealed-box.ts"

/** How a storage keeps its content from whoever reads its disk. Synchronous: a save is one transaction. */
export interface Sealing {
  readonly seal: (plain: Uint8Array) => Uint8Array
  /** Undefined: not by this key, or changed. */
  readonly open: (box: Uint8Array) => Uint8Array | undefined
}

/** Seals under a data-encryption key (32 bytes). */
export const sealingWith = (dataKey: Uint8Array): Sealing => ({
  seal: (plain) => seal(dataKey, plain, context),
  open: (box) => open(dataKey, box, context),
})

const context = "drydock storage"
