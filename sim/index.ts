/** A simulated swarm for tests and rehearsals: see docs/testing.md. */
export { Cluster } from "./cluster/cluster.ts"
export { type ClusterOptions, RequestRefused, type TaskView, TookTooLong } from "./cluster/cluster-view.ts"
export type { Host } from "./cluster/host.ts"
export { type StackFile, StackRefused } from "./cluster/stack.ts"
export { defaultStart, type World, type WorldOptions } from "./cluster/world.ts"
