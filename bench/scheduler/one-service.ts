import type { TaskSpec } from "../../core/model/task-spec.ts"
import { Random } from "../../core/random.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import { Scheduler } from "../../scheduler/placement/scheduler.ts"
import { best, now, serviceNumber, show, storeOf } from "./setting.ts"

const sizes: ReadonlyArray<readonly [nodes: number, tasks: number, peerDecides: number, peerWrites: number]> = [
  [1_000, 10_000, 27, 490],
  [10_000, 100_000, 400, 8_600],
  [100_000, 100_000, 706, 8_400],
]

const kinds: Readonly<Record<string, TaskSpec>> = {
  plain: {},
  "node.labels.zone==a": { Placement: { Constraints: ["node.labels.zone==a"] } },
  "0.01 CPU, 16 MiB": { Resources: { Reservations: { NanoCPUs: 1e7, MemoryBytes: 16 * 1024 ** 2 } } },
  "spread over zone": { Placement: { Preferences: [{ Spread: { SpreadDescriptor: "node.labels.zone" } }] } },
}

/** A scheduler that has seen the nodes and has the tasks before it, in a transaction of its own. */
function begin(store: ClusterStore) {
  const tx = store.begin(now)
  const scheduler = new Scheduler()
  scheduler.survey({ now, tx, first: true, changes: [], random: new Random("bench") })
  return { store, tx, scheduler }
}

/** One service's pending tasks are given their nodes; then also written to the store with all its indexes. */
export function placeOneService(): void {
  console.log("| nodes | tasks | kind | decide, ms | swarmkit, ms | decide and write, ms | swarmkit, ms |")
  for (const [nodes, tasks, peerDecides, peerWrites] of sizes) {
    // A manager has long been compiled when it meets its next ten thousand tasks; short runs are repeated until this process is too.
    const runs = tasks > 10_000 ? 5 : 20
    for (const [kind, TaskTemplate] of Object.entries(kinds)) {
      const store = storeOf(nodes, [serviceNumber(0, TaskTemplate, tasks)])
      const decide = best(
        runs,
        () => begin(store),
        ({ scheduler }) => {
          if (scheduler.decide(now).placed.length !== tasks) throw new Error("not all were placed")
        },
      )
      const write = best(
        runs,
        () => begin(storeOf(nodes, [serviceNumber(0, TaskTemplate, tasks)])),
        ({ store, tx, scheduler }) => {
          scheduler.turn({ now, tx, first: false, changes: [], random: new Random("bench") })
          if (store.apply(tx.changeSet(), 2).length !== tasks) throw new Error("not all were written")
        },
      )
      const peers = kind === "plain" ? [show(peerDecides), show(peerWrites)] : ["", ""]
      console.log(`| ${nodes} | ${tasks} | ${kind} | ${show(decide)} | ${peers[0]} | ${show(write)} | ${peers[1]} |`)
    }
  }
}
