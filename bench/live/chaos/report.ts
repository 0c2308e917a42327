import type { Ledger } from "./ledger.ts"

/** What was done and how it went, in lines. */
export function report(
  { counts, entries, latencies_ms, longestGap_ms, refusals }: Ledger,
  faults: ReadonlyMap<string, number>,
): ReadonlyArray<string> {
  const sorted = [...latencies_ms].sort((a, b) => a - b)
  const at = (share: number) => `${Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)} ms`
  const total = [...faults.values()].reduce((sum, count) => sum + count, 0)
  return [
    `${total} faults: ${[...faults].map(([kind, count]) => `${kind} ${count}`).join(", ")}`,
    `${counts.acknowledged} writes acknowledged, ${counts.unknown} of unknown outcome, ${counts.refused} refused, on ${entries.length} objects`,
    `an acknowledged write took ${at(0.5)} (median), ${at(0.99)} (99 of 100), ${at(1)} at most; the longest time without one ${(longestGap_ms / 1_000).toFixed(1)} s`,
    ...[...refusals].map(([reason, count]) => `  refused ${count} times: ${reason}`),
  ]
}
