/** The views of the screen, in the order of their keys. */
export const views = ["cluster", "raft", "services", "events", "time"] as const
export type View = (typeof views)[number]
