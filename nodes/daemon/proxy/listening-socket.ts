import { Socket } from "node:net"

type Written = (error?: Error | null) => void

/** What a write meets when the other side reads no more. */
const deaf: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET"])

/**
 * A connection that goes on listening when the other side reads no more. Whoever refuses a large body answers, closes, and has the rest of
 * the body fail to be written, while the answer still waits in this side's receive buffer; a socket of Node's own is destroyed by the failed
 * write and takes the answer along. Here what cannot be written any more is let go, and reading decides: an answer, or the end.
 */
export class ListeningSocket extends Socket {
  #deaf = false

  override _write(chunk: unknown, encoding: BufferEncoding, done: Written): void {
    if (this.#deaf) setImmediate(done)
    else super._write(chunk, encoding, this.#forgiving(done))
  }

  override _writev(chunks: Array<{ chunk: unknown; encoding: BufferEncoding }>, done: Written): void {
    if (this.#deaf) setImmediate(done)
    else super._writev?.(chunks, this.#forgiving(done))
  }

  #forgiving(done: Written): Written {
    return (error) => {
      if (!isDeaf(error)) return done(error)
      this.#deaf = true
      done()
    }
  }
}

const isDeaf = (error: (Error & { readonly code?: string }) | null | undefined): boolean =>
  error?.code !== undefined && deaf.has(error.code)
