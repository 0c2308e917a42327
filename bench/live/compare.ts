// Drydock beside a real Swarm: npm run bench:live [-- --rounds 3 --only create]. Both make a cluster of three managers and one worker of the same four
// engines (dockerd, each in a network namespace of its own), one after the other in each round; what is compared is the median of the rounds. "The engine alone": the same containers, without a cluster.

import { engineAlone, measureAll } from "./compare/measures.ts"
import { drydock, type Host, hostName, managers, type Subject, swarm, workers } from "./compare/subject.ts"
import { missingDockerd, startDockerd } from "./dockerd.ts"
import { interrupted } from "./interrupted.ts"
import { Lan } from "./lan.ts"
import { readOptions } from "./options.ts"

const options = readOptions(process.argv.slice(2), { rounds: 3, only: "" })
type Measured = Subject["name"] | "engine"
const figures = new Map<string, { readonly [M in Measured]: Array<number> }>()

async function run(): Promise<void> {
  const lan = new Lan()
  const hosts: Array<Host> = []
  try {
    await Promise.race([play(lan, hosts), interrupted()])
  } finally {
    for (const { dockerd } of hosts) await dockerd.stop()
    lan.remove()
  }
}

async function play(lan: Lan, hosts: Array<Host>): Promise<void> {
  for (let at = 0; at < managers + workers; at++) {
    const machine = lan.add()
    hosts.push({ machine, dockerd: await startDockerd({ machine, hostname: hostName(at) }) })
  }
  for (let round = 1; round <= options.rounds; round++) {
    for (const start of [swarm, drydock]) {
      const subject = await start(hosts)
      try {
        await measureAll(subject, hosts, options.only, (what, value) => note(round, subject.name, what, value))
      } finally {
        await subject.end()
      }
    }
    await engineAlone(hosts, (what, value) => note(round, "engine", what, value))
  }
}

function note(round: number, name: Measured, what: string, value: number): void {
  console.log(`round ${round}  ${name.padEnd(8)} ${what}: ${Math.round(value)}`)
  const found = figures.get(what) ?? { Swarm: [], Drydock: [], engine: [] }
  figures.set(what, found)
  found[name].push(value)
}

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

function print(): void {
  console.log("\n| ms | Swarm | Drydock | times as fast | the engine alone |\n|---|---|---|---|---|")
  for (const [what, { Swarm, Drydock, engine }] of figures) {
    const [theirs, ours] = [median(Swarm), median(Drydock)]
    const alone = engine.length === 0 ? "" : Math.round(median(engine))
    console.log(`| ${what} | ${Math.round(theirs)} | ${Math.round(ours)} | ${(theirs / ours).toFixed(1)} | ${alone} |`)
  }
}

const missing = missingDockerd()
if (missing === undefined) {
  let failure: unknown
  try {
    await run()
  } catch (error) {
    failure = error
    console.error(error)
  }
  print()
  // Whatever else goes on after an interruption ends here.
  process.exit(failure === undefined ? 0 : 1)
}
