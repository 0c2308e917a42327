/** Waits until something holds: looks again as the event loop turns, for ten seconds at most. */
export async function eventually(what: string, holds: () => boolean, patience_ms = 10_000): Promise<void> {
  const end = performance.now() + patience_ms
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never came about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
