import { setTimeout as pause } from "node:timers/promises"

/** Tries until it does not throw; then what it returned. Fails with the last reason. */
export async function eventually<A>(
  what: string,
  attempt: () => Promise<A>,
  { patience_ms = 60_000, every_ms = 50 }: { readonly patience_ms?: number; readonly every_ms?: number } = {},
): Promise<A> {
  const end = performance.now() + patience_ms
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > end) {
        throw new Error(`never came about: ${what}: ${error instanceof Error ? error.message : error}`)
      }
    }
    await pause(every_ms)
  }
}
