import type { Duplex } from "node:stream"

/**
 * Lets two connections speak to each other: each direction with the other's back-pressure, the end of one handed on as the end of the other, and
 * both destroyed when one breaks or nothing moved for too long.
 */
export function join(a: Duplex, b: Duplex, idle_ms: number): void {
  let last = Date.now()
  const moved = (): void => {
    last = Date.now()
  }
  const destroy = (): void => {
    clearInterval(watch)
    a.destroy()
    b.destroy()
  }
  const watch = setInterval(() => Date.now() - last >= idle_ms && destroy(), Math.max(idle_ms / 4, 10))
  watch.unref()
  let open = 2
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on("data", moved)
    from.pipe(to)
    from.on("error", destroy)
    from.on("close", () => {
      open -= 1
      // Closed without an end of its own: the other end cannot know that nothing more comes.
      if (open === 0 || !from.readableEnded || !from.writableFinished) destroy()
    })
  }
}
