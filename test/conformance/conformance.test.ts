/**
 * The docker command line against Drydock, compared with what a real swarm answered (fixtures/).
 *
 *   npx vitest run test/conformance                    against a simulated cluster that is started here (dist/ must be built)
 *   DRYDOCK_CONFORMANCE_HOST=tcp://127.0.0.1:2375 ..   against any empty cluster of three managers and two workers; several
 *                                                      addresses (comma between) let the steps for other machines run too
 *   DRYDOCK_CONFORMANCE_REAL=1 ..                      that cluster is a real swarm: no intended differences are granted
 *   DRYDOCK_CONFORMANCE_RECORD=1 ..                    writes the fixtures instead; only ever from a real swarm
 *   DRYDOCK_CONFORMANCE_ONLY=stack,errors ..           these scenarios only
 *
 * A real swarm to record from: five dockerd, each in a network namespace and a UTS namespace of its own (host names node1 to
 * node5), with its own --data-root, --exec-root, --pidfile and -H unix:///somewhere/dN.sock; the namespaces joined by a bridge.
 * `docker swarm init --advertise-addr` on node1, join two managers and two workers. Engine API 1.41 (20.10). Each engine needs
 * the images busybox:1.36, nginx:alpine, redis:alpine, postgres:15-alpine and the three of dockersamples/examplevotingapp_* :
 * without a registry, `docker import` of a busybox root file system under these names, with a command that stays up, will do.
 * The addresses are then unix:///somewhere/d1.sock,unix:///somewhere/d2.sock and so on.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ask, type Cluster, lookAround } from "./cluster.ts"
import { differences } from "./differences.ts"
import { dockerVersion } from "./docker.ts"
import { type RecordedStep, readFixture, writeFixture } from "./fixtures.ts"
import type { Normalised } from "./normalise/normalise.ts"
import { clear, hostOf, play } from "./play.ts"
import { type Scenario, stepName } from "./scenario.ts"
import { scenarios } from "./scenarios/index.ts"
import { isBuilt, startSimulated } from "./simulated.ts"

const setting = (name: string) => process.env[`DRYDOCK_CONFORMANCE_${name}`] ?? ""
const addresses = setting("HOST")
  .split(",")
  .filter((address) => address !== "")
const recording = setting("RECORD") !== ""
const granted = setting("REAL") === "" ? differences : []
const only = setting("ONLY")
  .split(",")
  .filter((name) => name !== "")
const chosen = scenarios.filter((scenario) => only.length === 0 || only.includes(scenario.name))

if (recording && addresses.length === 0) throw new Error("to record, DRYDOCK_CONFORMANCE_HOST must name a real swarm")

const cli = dockerVersion()
const missing =
  cli === undefined
    ? "there is no docker command on this machine"
    : addresses.length === 0 && !isBuilt()
      ? "dist/ is not built (npm run build)"
      : undefined

/** A command may wait for its service, and the step then for the cluster. */
const step_ms_max = 180_000

if (missing !== undefined && process.env.CI === "true") {
  test("the docker command line can be compared here", () => expect.unreachable(missing))
} else if (missing !== undefined) {
  console.warn(`conformance is not tested: ${missing}`)
}

/** Simulated clusters cost nothing to start: each scenario has one of its own, and they run side by side. */
const suite = addresses.length === 0 ? describe.concurrent : describe.sequential

describe.skipIf(missing !== undefined)("the docker command line", () => {
  beforeAll(() => {
    const by = readFixture(chosen[0]?.name ?? "")?.recordedWith.cli
    if (!recording && by !== cli) console.warn(`the fixtures were recorded with docker ${by}; this is ${cli}`)
  })

  for (const scenario of chosen) {
    suite(scenario.name, () => {
      const opened: { cluster?: Cluster; stop?: () => Promise<void> } = {}
      const cluster = () => opened.cluster ?? expect.unreachable("there is no cluster")
      beforeAll(async () => {
        const started = addresses.length === 0 ? await startSimulated() : { addresses, stop: async () => {} }
        opened.stop = started.stop
        opened.cluster = await lookAround(started.addresses)
      }, step_ms_max)
      afterAll(async () => {
        if (addresses.length > 0 && opened.cluster !== undefined) await clear(opened.cluster)
        await opened.stop?.()
      }, step_ms_max)

      if (recording) test("is recorded", () => record(cluster(), scenario), step_ms_max * 10)
      else compareSteps(cluster, scenario)
    })
  }
})

describe("the list of intended differences", () => {
  test("names only steps that exist", () => {
    const known = scenarios.flatMap((each) => each.steps.map((step, at) => `${each.name} ${stepName(at, step)}`))
    expect(differences.map((each) => `${each.scenario} ${each.step}`).filter((name) => !known.includes(name))).toEqual(
      [],
    )
  })
})

function compareSteps(cluster: () => Cluster, scenario: Scenario): void {
  /** Why nothing further of this scenario can be compared. */
  let over: string | undefined
  for (const [at, step] of scenario.steps.entries()) {
    const name = stepName(at, step)
    test.sequential(name, { timeout: step_ms_max }, async ({ skip }) => {
      const recorded = readFixture(scenario.name)?.steps[at]
      expect(recorded?.step, "the fixture is of another scenario: record it anew").toBe(name)
      if (recorded === undefined) return
      if (over !== undefined) return skip(over)
      const host = hostOf(cluster(), step)
      if (host === undefined) {
        over = `the address of ${step.on} is not known`
        return addresses.length === 0 ? expect.unreachable(over) : skip(over)
      }
      const played = await play(cluster(), host, step)
      const meant = granted.find((each) => each.scenario === scenario.name && each.step === name)
      const agreed = parts(recorded)
      if (played.unsettled !== undefined) over = `the cluster did not settle after ${name}`
      if (meant !== undefined)
        expect(played.answer, "agrees with a real swarm: take it off the list").not.toEqual(agreed)
      expect(played.answer).toEqual({ ...agreed, ...meant?.instead(agreed) })
      expect(played.unsettled, "the cluster did not settle").toBeUndefined()
    })
  }
}

function parts({ step: _, ...rest }: RecordedStep): Normalised {
  return rest
}

async function record(cluster: Cluster, scenario: Scenario): Promise<void> {
  const steps: Array<RecordedStep> = []
  for (const [at, step] of scenario.steps.entries()) {
    const host = hostOf(cluster, step)
    if (host === undefined) throw new Error(`to record, the address of ${step.on} is needed`)
    const { answer, unsettled } = await play(cluster, host, step)
    if (unsettled !== undefined) throw new Error(`${stepName(at, step)}: ${unsettled}`)
    steps.push({ step: stepName(at, step), ...answer })
  }
  const [engine = ""] = await ask(cluster.hosts.get("manager1") ?? "", ["version", "--format", "{{.Server.Version}}"])
  writeFixture({ scenario: scenario.name, recordedWith: { cli: cli ?? "", engine }, steps })
}
