// How long an hour of quiet cluster life takes to simulate: 3 managers, 20 workers, 100 tasks of ten services, nobody doing anything.
// Beside it, as the measured limit, the same number of events through the bare event queue.
import { minutes } from "../core/instant.ts"
import { Cluster } from "../sim/cluster/cluster.ts"
import { EventQueue } from "../sim/time/event-queue.ts"

const flag = process.argv.indexOf("--minutes")
const span = minutes(Number(flag < 0 ? 60 : process.argv[flag + 1]))

const cluster = new Cluster({ seed: "quiet hour", managers: 3, workers: 20 })
for (let i = 0; i < 10; i++) {
  cluster.createService({
    Name: `service${i}`,
    TaskTemplate: { ContainerSpec: { Image: "busybox:latest", Args: ["sleep", "10d"] } },
    Mode: { Replicated: { Replicas: 10 } },
  })
}
cluster.converge()

const before = cluster.world.queue.processed
const heap = process.memoryUsage().heapUsed
const started = performance.now()
cluster.run(span)
const took = performance.now() - started
const events = cluster.world.queue.processed - before
if (!cluster.converged() || cluster.running().length !== 100) throw new Error("the cluster did not stay as it was")

const queue = new EventQueue()
const chains = 23
let left = events
const tick = (): void => {
  if (--left > 0) queue.after(150, tick)
}
const bareStarted = performance.now()
for (let i = 0; i < chains; i++) queue.after(i, tick)
while (left > 0 && queue.runNext());
const bare = performance.now() - bareStarted

console.log(`quiet life, 3 managers, 20 workers, 100 tasks: ${span / 60_000} virtual minutes`)
console.log(
  `  ${events} events in ${took.toFixed(0)} ms: ${((took * 1000) / events).toFixed(2)} us each, ${(span / took).toFixed(0)} times as fast as life`,
)
console.log(`  the bare queue does as many in ${bare.toFixed(0)} ms: ratio ${(took / bare).toFixed(1)}`)
console.log(
  `  heap ${(heap / 2 ** 20).toFixed(0)} MiB at the start, ${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(0)} MiB at the end`,
)
