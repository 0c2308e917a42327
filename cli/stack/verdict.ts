/** How a deployment ended, for one service or for the whole. */
export type Verdict = "converged" | "completed" | "failed" | "paused" | "rolled back" | "timed out" | "interrupted"

/** Exit statuses of `stack deploy`; 1 is a deployment that was refused or could not be asked for. */
const statuses: Readonly<Record<Verdict, number>> = {
  converged: 0,
  completed: 0,
  failed: 2,
  paused: 3,
  "rolled back": 4,
  "timed out": 5,
  interrupted: 130,
}

export const exitStatus = (verdict: Verdict): number => statuses[verdict]

/** The worst comes first. */
const order: ReadonlyArray<Verdict> = [
  "failed",
  "rolled back",
  "paused",
  "timed out",
  "interrupted",
  "converged",
  "completed",
]

/** Of a whole: what the worst of its parts is; `completed` only if all are jobs. */
export const worst = (verdicts: ReadonlyArray<Verdict>): Verdict =>
  order.find((verdict) => verdicts.includes(verdict)) ?? "converged"
