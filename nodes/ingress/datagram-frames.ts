const headerSize = 2

/** A datagram on a stream of bytes: its length in two bytes, then itself. */
export function frame(message: Uint8Array): Buffer {
  const header = Buffer.alloc(headerSize)
  header.writeUInt16BE(message.length)
  return Buffer.concat([header, message])
}

/** Takes a stream of frames apart again. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0)

  take(chunk: Buffer): ReadonlyArray<Buffer> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const messages: Array<Buffer> = []
    while (this.#rest.length >= headerSize) {
      const end = headerSize + this.#rest.readUInt16BE(0)
      if (this.#rest.length < end) break
      messages.push(this.#rest.subarray(headerSize, end))
      this.#rest = this.#rest.subarray(end)
    }
    return messages
  }
}
