import type { Duplex } from "node:stream"

/**
 * Joins two connections: what comes in at one goes out at the other, and the end of one direction (a half close) is passed on while the
 * other direction goes on. An error at either end, or a connection that is gone, ends both.
 */
export function splice(a: Duplex, b: Duplex): void {
  oneWay(a, b)
  oneWay(b, a)
}

function oneWay(from: Duplex, to: Duplex): void {
  from.pipe(to)
  from.on("error", () => to.destroy())
  from.on("close", () => {
    // A connection that closes after its end was passed on has said all it had to say: the rest drains by itself.
    if (!from.readableEnded) to.destroy()
  })
}
