import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import { xxh32 } from "../../checksum.ts"

/**
 * How many saves were acknowledged, in a file beside the database. sqlite takes the end of its log for torn when it is damaged, and goes on
 * without it: right for a save that was under way at a crash, wrong for one that was acknowledged. The mark tells the two apart.
 *
 * It is written after each save and not flushed, which costs microseconds. After a crash of the process it is exact. After one of the
 * machine it may be some seconds behind, and never ahead: what it says was durable first.
 */
export class Mark {
  /** Undefined once closed: the number may be another file's by then. */
  #file: number | undefined

  private constructor(file: number) {
    this.#file = file
  }

  /** The file's mark: undefined when there is no file, "damaged" when it holds no mark. */
  static read(path: string): number | "damaged" | undefined {
    let file: number
    try {
      file = openSync(path, "r")
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
      throw error
    }
    try {
      const bytes = Buffer.alloc(mark_bytes + 1)
      const text = bytes.toString("latin1", 0, readSync(file, bytes))
      const saves = Number.parseInt(text, 10)
      return text === textOf(saves) ? saves : "damaged"
    } finally {
      closeSync(file)
    }
  }

  /** Makes the file, if there is none: of its full length on the disk before anything is acknowledged, so that later writes only replace. */
  static open(path: string, saves: number, isNew: boolean): Mark {
    const file = openSync(path, isNew ? "w" : "r+")
    const mark = new Mark(file)
    if (isNew) {
      mark.write(saves)
      fsyncSync(file)
      const folder = openSync(dirname(path), "r")
      fsyncSync(folder)
      closeSync(folder)
    }
    return mark
  }

  write(saves: number): void {
    if (this.#file !== undefined) writeSync(this.#file, textOf(saves), 0, "latin1")
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}

/** The number and its checksum as text of one length. */
function textOf(saves: number): string {
  const number = String(saves).padStart(16, "0")
  const bytes = new TextEncoder().encode(number)
  return `${number} ${xxh32(bytes, 0, bytes.length).toString(16).padStart(8, "0")}\n`
}

const mark_bytes = 26
