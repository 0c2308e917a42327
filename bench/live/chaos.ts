// Real daemons in trouble: npm run chaos:live -- --minutes 2 [--seed S] [--managers 3] [--workers 2] [--writers 4] [--engine sim:|docker]
// Kills (-9), stops, pauses processes and cuts links at random while clients write; then heals everything and looks whether what was
// acknowledged is there, one manager leads, all managers hold the same, and every engine runs what is wanted and nothing else.
import { setTimeout as pause } from "node:timers/promises"
import { Random } from "../../core/random.ts"
import { check } from "./chaos/checks.ts"
import { Faults } from "./chaos/faults.ts"
import { Ledger } from "./chaos/ledger.ts"
import { report } from "./chaos/report.ts"
import { Writer } from "./chaos/writer.ts"
import { LiveCluster } from "./cluster.ts"
import { type Dockerd, startDockerd } from "./dockerd.ts"
import { interrupted } from "./interrupted.ts"
import { Lan } from "./lan.ts"
import { readOptions } from "./options.ts"

const usual = { minutes: 2, seed: String(Date.now() % 1_000_000), managers: 3, workers: 2, writers: 4, engine: "sim:" }

/** How long the cluster may take to be well after everything is healed. */
const recovery_ms = 120_000

const options = readOptions(process.argv.slice(2), usual)
const began = performance.now()
const say = (line: string) => console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)}  ${line}`)

async function run(): Promise<boolean> {
  say(
    `seed ${options.seed}: ${options.managers} managers, ${options.workers} workers, ${options.minutes} minutes, engine ${options.engine}`,
  )
  const lan = process.getuid?.() === 0 ? new Lan() : undefined
  if (!lan) say("links cannot be cut: that needs root")
  let dockerd: Dockerd | undefined
  let cluster: LiveCluster | undefined
  let ok = false
  try {
    if (options.engine === "docker") dockerd = await startDockerd()
    const engine = dockerd ? `unix://${dockerd.socketPath}` : "sim:"
    const { managers, workers } = options
    cluster = await LiveCluster.start({
      managers,
      workers,
      place: () => ({ engine, ...(lan && { machine: lan.add() }) }),
    })
    ok = await Promise.race([play(cluster, lan), interrupted()])
  } catch (error) {
    say(`broken off: ${error instanceof Error ? error.stack : error}`)
  } finally {
    await cluster?.end({ keep: !ok })
    await dockerd?.stop()
    lan?.remove()
  }
  if (!ok && cluster) say(`logs and data are left in ${cluster.folder}`)
  say(ok ? "all is well" : `FAILED: npm run chaos:live -- --seed ${options.seed} --minutes ${options.minutes}`)
  return ok
}

async function play(cluster: LiveCluster, lan: Lan | undefined): Promise<boolean> {
  const random = new Random(options.seed)
  const ledger = new Ledger(performance.now())
  const done = new AbortController()
  const writers = Array.from(
    { length: options.writers },
    (_, at) => new Writer(`w${at}`, cluster, ledger, random.fork(`w${at}`)),
  )
  const writing = Promise.all(writers.map((writer) => writer.run(done.signal)))
  const faults = new Faults({ cluster, lan, random: random.fork("faults"), say })
  try {
    await faults.run(performance.now() + options.minutes * 60_000)
    say("healed; the writers go on for two seconds")
    await pause(2_000)
  } finally {
    done.abort()
    await writing
  }
  ledger.end(performance.now())
  const healed = performance.now()
  let findings = await check(cluster, ledger).catch(asFinding)
  while (findings.length > 0 && performance.now() - healed < recovery_ms) {
    await pause(500)
    findings = await check(cluster, ledger).catch(asFinding)
  }
  say(findings.length === 0 ? `well after ${((performance.now() - healed) / 1_000).toFixed(1)} s` : "not well:")
  for (const finding of findings) say(`  ${finding}`)
  for (const line of report(ledger, faults.counts)) say(line)
  return findings.length === 0
}

const asFinding = (error: unknown): ReadonlyArray<string> => [String(error)]

// Whatever else goes on after an interruption ends here.
process.exit((await run()) ? 0 : 1)
