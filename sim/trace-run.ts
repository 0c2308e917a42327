// Runs a small eventful story from a seed and prints the hash of its whole course: two processes must print the same.
import { seconds } from "../core/instant.ts"
import { Cluster } from "./cluster/cluster.ts"

/** The story: a service, a crash of the leader, a cut, a drain. Returns the trace's hash and length. */
export function traceOfSeed(seed: string): { readonly digest: string; readonly steps: number } {
  const cluster = new Cluster({ seed, managers: 3, workers: 3, trace: true })
  cluster.createService({
    Name: "web",
    TaskTemplate: { ContainerSpec: { Image: "nginx:alpine" } },
    Mode: { Replicated: { Replicas: 5 } },
  })
  cluster.converge()
  const leader = cluster.leader() ?? ""
  cluster.crash(leader)
  cluster.cut("worker1", "worker2")
  cluster.run(seconds(30))
  cluster.start(leader)
  cluster.drain("worker1")
  cluster.heal()
  cluster.run(seconds(60))
  const { trace } = cluster.world
  return { digest: trace?.digest() ?? "", steps: trace?.steps ?? 0 }
}

if (process.argv[1]?.endsWith("trace-run.js")) {
  const { digest, steps } = traceOfSeed(process.argv[2] ?? "seed")
  console.log(`${digest} ${steps} steps`)
}
