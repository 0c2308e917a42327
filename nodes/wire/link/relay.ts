import type { Duplex } from "node:stream"

/** Joins two streams: what one gives the other takes, each direction ending by itself; when one breaks, so does the other. */
export function relay(a: Duplex, b: Duplex): void {
  a.pipe(b)
  b.pipe(a)
  const broken = (other: Duplex) => (error?: Error | null) => {
    if (!other.destroyed) other.destroy(error ?? undefined)
  }
  a.on("error", broken(b))
  b.on("error", broken(a))
  a.on("close", () => a.errored || (a.readableEnded && a.writableFinished) || broken(b)())
  b.on("close", () => b.errored || (b.readableEnded && b.writableFinished) || broken(a)())
}
