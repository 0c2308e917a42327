// A large cluster, simulated whole: Raft, managers, sessions, agents, engines. How long until it converges, what memory it takes, and what one
// change costs in that state. See docs/performance.md.
//   node --expose-gc dist/bench/cluster.js [--workers 10000] [--services 100] [--replicas 1000]
import { seconds } from "../core/instant.ts"
import type { ServiceSpec } from "../core/model/service.ts"
import type { Task } from "../core/model/task.ts"
import { Cluster } from "../sim/cluster/cluster.ts"

const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const workers = option("workers", 10_000)
const services = option("services", 100)
const replicas = option("replicas", 1_000)

let peak = 0
const look = (): void => {
  peak = Math.max(peak, process.memoryUsage.rss())
}

/** Milliseconds of CPU time, of the cluster's own clock, and events of the simulated world. */
interface Cost {
  readonly cpu: number
  readonly virtual: number
  readonly events: number
}

/** Milliseconds of CPU time of the whole process, garbage collector and compiler included, and of the cluster's own clock. */
function measured(what: () => void): Cost {
  const before = process.cpuUsage()
  const { now, processed } = cluster.world.queue
  what()
  const { user, system } = process.cpuUsage(before)
  const { queue } = cluster.world
  return { cpu: (user + system) / 1_000, virtual: queue.now - now, events: queue.processed - processed }
}

/** Lets time pass until the condition holds, looking every 20 ms of the cluster's time. */
function until(what: string, condition: () => boolean, within: number): void {
  const end = cluster.now + within
  while (!condition()) {
    if (cluster.now > end) throw new Error(`${what} did not come within ${within} ms`)
    cluster.run(20)
    look()
  }
}

const show = (ms: number): string => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString("en"))
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
const line = (what: string, { cpu, virtual, events }: Cost): void =>
  console.log(`| ${what} | ${show(cpu)} ms | ${virtual / 1_000} s of its own time, ${events} events |`)

const numbered = (i: number): ServiceSpec => ({
  Name: `service${i}`,
  TaskTemplate: {
    ContainerSpec: { Image: "busybox:latest", Args: ["sleep", "10d"] },
    // What fails is replaced at once: then the time of that is not spent on waiting.
    RestartPolicy: { Delay: 0 },
  },
  Mode: { Replicated: { Replicas: replicas } },
})

const cluster = new Cluster({ seed: "large", managers: 3, workers, cold: true })

/** What the entries of the log, each looked at once, have made of the cluster: machines that are ready, tasks that run. */
const count = { ready: 0, running: 0, entries: 0, index: 0 }
cluster.world.observe((_host, output) => {
  if (output.type !== "applied" || output.index <= count.index) return
  count.index = output.index
  count.entries++
  for (const change of output.changes) {
    if (change.table === "nodes")
      count.ready += Number(change.after?.Status.State === "ready") - Number(change.before?.Status.State === "ready")
    if (change.table === "tasks") count.running += Number(isRunning(change.after)) - Number(isRunning(change.before))
  }
})
const isRunning = (task: Task | undefined): boolean =>
  task?.Status.State === "running" && task.DesiredState === "running"

const total = services * replicas
const joined = measured(() => until("every node", () => count.ready === workers + 3, seconds(120)))
line(`3 managers and ${workers} workers: every node has its session`, joined)
const deployed = measured(() => {
  for (let i = 0; i < services; i++) cluster.createService(numbered(i))
  until("every task", () => count.running === total, seconds(600))
})
line(`${services} services of ${replicas} tasks: all run`, deployed)
globalThis.gc?.()
const { heapUsed } = process.memoryUsage()
console.log(`| heap then | ${mebibytes(heapUsed)} MiB | resident at most ${mebibytes(peak)} MiB |`)

const quiet = measured(() => cluster.run(seconds(20)))
line("20 seconds in which nothing happens", quiet)

/** Milliseconds that the leader has spent on steps in which it decided something or applied an entry: what heartbeats cost is not in it. */
let leading = 0
const leader = cluster.world.leader()?.manager
if (leader === undefined) throw new Error("nobody leads")
const step = leader.step.bind(leader)
leader.step = (now, input) => {
  const began = performance.now()
  const outputs = step(now, input)
  if (outputs.some(({ type }) => type === "save" || type === "applied")) leading += performance.now() - began
  return outputs
}

/** What the leader spends on an act, the median of several. */
function spent(what: string, act: (i: number) => () => void): void {
  const costs = Array.from({ length: times }, (_, i) => {
    const settle = act(i)
    leading = 0
    settle()
    return leading
  })
  const median = costs.toSorted((a, b) => a - b)[times >> 1] ?? 0
  console.log(`| ${what}, at the leader (median of ${times}) | ${show(median)} ms | |`)
}
const times = 9

const [first] = cluster.services()
const name = first?.Spec.Name ?? ""
spent("one service scaled up by 1, until the task runs", (i) => () => {
  cluster.scale(name, replicas + 1 + i)
  until("one more task", () => count.running === total + 1 + i, seconds(60))
})
spent("a node fails, until its tasks run elsewhere", (i) => {
  // Three missed heartbeats: until then nobody knows, and nothing is to be done.
  cluster.crash(`worker${1 + i * 7}`)
  return () => {
    const before = count.ready
    until("the node's end", () => count.ready < before, seconds(60))
    until("the tasks anew", () => count.running === total + times, seconds(60))
  }
})
console.log(`| resident at most | ${mebibytes(peak)} MiB | |`)
