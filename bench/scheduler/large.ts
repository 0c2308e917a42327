import { Random } from "../../core/random.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { ControlPlane } from "../../scheduler/control-plane.ts"
import { withNewSpec } from "../../scheduler/orchestrator/spec-versions.ts"
import { report, wouldReport } from "../../scheduler/plan/pretend.ts"
import { serviceNumber, show, now as start, storeOf } from "./setting.ts"

const [nodes, services, replicas] = [10_000, 100, 1_000] as const

/** All control loops over a large cluster, with agents that report at once: to converge, then what one change costs in that state. */
export function large(): void {
  const store = storeOf(
    nodes,
    Array.from({ length: services }, (_, i) => serviceNumber(i, {}, 0)),
  )
  globalThis.gc?.()
  const empty = process.memoryUsage().heapUsed
  const plane = new ControlPlane({ random: new Random("large") })
  let now = start
  let index = 1
  const cycle = (write: (tx: Transaction) => void = () => {}): ReadonlyArray<string> => {
    const tx = store.begin(now)
    write(tx)
    plane.turn(now, tx)
    const applied = store.apply(tx.changeSet(), ++index)
    return applied.flatMap((one) => (one.table === "tasks" && one.after && wouldReport(store, one.after) ? one.id : []))
  }
  const settle = (write?: (tx: Transaction) => void): void => {
    let due = cycle(write)
    for (let cycles = 0; due.length > 0 || plane.pending(); cycles++) {
      if (cycles > 100) throw new Error("it does not come to rest")
      const reports = due
      due = cycle((tx) => {
        for (const id of reports) {
          const task = tx.get("tasks", id)
          const state = task && wouldReport(tx, task)
          if (task && state) report(tx, now, task, state)
        }
      })
    }
  }
  const measured = (what: () => void): number => {
    const before = process.cpuUsage()
    what()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }
  const scale = (id: string, to: number) => (tx: Transaction) => {
    const service = tx.get("services", id)
    if (service)
      tx.update("services", withNewSpec(service, { ...service.Spec, Mode: { Replicated: { Replicas: to } } }))
  }
  const converged = measured(() =>
    settle((tx) => {
      for (const { ID } of [...tx.all("services")]) scale(ID, replicas)(tx)
    }),
  )
  const running = [...store.all("tasks")].filter((task) => task.Status.State === "running").length
  if (running !== services * replicas) throw new Error(`${running} tasks run`)
  globalThis.gc?.()
  const heap = process.memoryUsage().heapUsed - empty
  const [service] = store.all("services")
  const best = (runs: number, what: (i: number) => void): number =>
    Math.min(...Array.from({ length: runs }, (_, i) => measured(() => what(i))))
  const idle = performance.now()
  for (let i = 0; i < 10_000; i++) cycle()
  const idleMicros = (performance.now() - idle) / 10
  const scaled = best(10, (i) => settle(scale(service?.ID ?? "", replicas + 1 + i)))
  const ids = [...store.all("nodes")].map((node) => node.ID)
  const failed = best(10, (i) =>
    settle((tx) => {
      const node = tx.get("nodes", ids[i * 7] ?? "")
      if (node) tx.update("nodes", { ...node, Status: { ...node.Status, State: "down" } })
    }),
  )
  now += 5_000
  console.log(
    `| ${nodes} nodes, ${services} services of ${replicas}: 100,000 tasks made, placed and run | ${show(converged)} ms |`,
  )
  console.log(`| heap per task, with its bookings and indexes | ${Math.round(heap / (services * replicas))} B |`)
  console.log(`| one service scaled up by 1 | ${show(scaled)} ms |`)
  console.log(`| a node fails (10 tasks are replaced) | ${show(failed)} ms |`)
  console.log(`| a cycle in which nothing changed | ${idleMicros.toFixed(2)} us |`)
}
