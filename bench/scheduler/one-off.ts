import { Random } from "../../core/random.ts"
import { Scheduler } from "../../scheduler/placement/scheduler.ts"
import { best, now, serviceNumber, show, storeOf } from "./setting.ts"

const swarmkit: ReadonlyMap<number, number> = new Map([
  [1_000, 8_500],
  [100_000, 30],
])

/** Services of one task each: every task is a group of its own and is ranked anew. */
export function oneOff(): void {
  console.log("| nodes | one-off tasks a second, decided | swarmkit |")
  const tasks = 10_000
  for (const nodes of [1_000, 10_000, 100_000]) {
    const services = Array.from({ length: tasks }, (_, i) => serviceNumber(i, {}, 1))
    const store = storeOf(nodes, services)
    const ms = best(
      3,
      () => {
        const tx = store.begin(now)
        const scheduler = new Scheduler()
        scheduler.survey({ now, tx, first: true, changes: [], random: new Random("bench") })
        return scheduler
      },
      (scheduler) => {
        if (scheduler.decide(now).placed.length !== tasks) throw new Error("not all were placed")
      },
    )
    console.log(`| ${nodes} | ${show((tasks * 1_000) / ms)} | ${show(swarmkit.get(nodes) ?? 0)} |`)
  }
}
