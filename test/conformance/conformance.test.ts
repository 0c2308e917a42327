/**
 * The docker command line (and docker-compose 1.29, dockerode, bare requests) against Drydock, compared with what a real swarm answered
 * (fixtures/).
 *
 *   npm run conformance                                against a simulated cluster that is started here (dist/ must be built)
 *   npm run conformance:record                         writes the fixtures anew, from a real swarm that is started here
 *   DRYDOCK_CONFORMANCE_TARGET=real npm run ..         plays them against such a swarm: do the fixtures still hold?
 *   npm run conformance:live                           against five daemons, each with a simulated engine
 *   npm run conformance:engines                        against five daemons, each with a real engine
 *   DRYDOCK_CONFORMANCE_HOST=tcp://127.0.0.1:2375 ..   against any empty cluster of three managers and two workers; several
 *                                                      addresses (comma between) let the steps for other machines run too;
 *                                                      with TARGET=real it is taken for a real swarm
 *   DRYDOCK_CONFORMANCE_ONLY=stack,errors ..           these scenarios only
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ask, type Cluster, lookAround } from "./cluster.ts"
import { composeMissing, dockerVersion } from "./docker.ts"
import { type RecordedStep, readFixture, writeFixture } from "./fixtures.ts"
import { live, liveEngines } from "./live.ts"
import type { Normalised } from "./normalise/normalise.ts"
import { clear, hostOf, play } from "./play.ts"
import { realSwarm } from "./real/swarm.ts"
import { type Scenario, stepName } from "./scenario.ts"
import { scenarios } from "./scenarios/index.ts"
import { simulated } from "./simulated.ts"
import { given, type Started, type Target } from "./target.ts"

const setting = (name: string) => process.env[`DRYDOCK_CONFORMANCE_${name}`] ?? ""
const addresses = setting("HOST")
  .split(",")
  .filter((address) => address !== "")
const recording = setting("RECORD") !== ""
const target = chooseTarget()
const { differences } = target
const shares = !target.cheap && !target.fresh
const only = setting("ONLY")
  .split(",")
  .filter((name) => name !== "")
const chosen = scenarios.filter((scenario) => only.length === 0 || only.includes(scenario.name))

if (recording && !target.real) throw new Error("fixtures are recorded from a real swarm only")

const cli = dockerVersion()
const missing = cli === undefined ? "there is no docker command on this machine" : target.missing()
const compose = composeMissing()

/** A command may wait for its service, and the step then for the cluster. */
const step_ms_max = 180_000

if (missing !== undefined && process.env.CI === "true") {
  test("the docker command line can be compared here", () => expect.unreachable(missing))
} else if (missing !== undefined) {
  console.warn(`conformance is not tested: ${missing}`)
}

if (compose !== undefined) console.warn(`docker-compose is not compared: ${compose}`)

const suite = target.cheap ? describe.concurrent : describe.sequential

describe.skipIf(missing !== undefined)(`the docker command line against ${target.name}`, () => {
  /** The one cluster of all scenarios, where it is not cheap. */
  let shared: Started | undefined
  beforeAll(async () => {
    const by = readFixture(chosen[0]?.name ?? "")?.recordedWith.cli
    if (!recording && by !== cli) console.warn(`the fixtures were recorded with docker ${by}; this is ${cli}`)
    if (shares) shared = await target.start()
  }, step_ms_max)
  afterAll(() => shared?.stop(), step_ms_max)

  for (const scenario of chosen) {
    suite(scenario.name, () => {
      const opened: { cluster?: Cluster; started?: Started } = {}
      const cluster = () => opened.cluster ?? expect.unreachable("there is no cluster")
      beforeAll(async () => {
        opened.started = shared ?? (await target.start())
        opened.cluster = await lookAround(opened.started.addresses)
      }, step_ms_max)
      afterAll(async () => {
        if (shares && opened.cluster !== undefined) await clear(opened.cluster)
        if (shared === undefined) await opened.started?.stop()
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
      if ("compose" in step && compose !== undefined) {
        return process.env.CI === "true" ? expect.unreachable(compose) : skip(compose)
      }
      const host = hostOf(cluster(), step)
      if (host === undefined) {
        over = `the address of ${step.on} is not known`
        return target.cheap ? expect.unreachable(over) : skip(over)
      }
      const played = await play(cluster(), host, step)
      const meant = differences.find((each) => each.scenario === scenario.name && each.step === name)
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

function chooseTarget(): Target {
  const real = recording || setting("TARGET") === "real"
  if (addresses.length > 0) return given(addresses, real)
  if (setting("TARGET") === "live") return live
  if (setting("TARGET") === "engines") return liveEngines
  return real ? realSwarm : simulated
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
