import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Normalised } from "./normalise/normalise.ts"

/** What a real swarm printed in one scenario. */
export interface Fixture {
  readonly scenario: string
  /** The docker command line and the engine that were asked. */
  readonly recordedWith: { readonly cli: string; readonly engine: string }
  readonly steps: ReadonlyArray<RecordedStep>
}

export interface RecordedStep extends Normalised {
  /** The step in words; the comparison refuses a fixture whose steps are not those of the scenario. */
  readonly step: string
}

function path(scenario: string): string {
  return fileURLToPath(new URL(`./fixtures/${scenario}.json`, import.meta.url))
}

export function readFixture(scenario: string): Fixture | undefined {
  if (!existsSync(path(scenario))) return undefined
  const fixture: Fixture = JSON.parse(readFileSync(path(scenario), "utf8"))
  return fixture
}

export function writeFixture(fixture: Fixture): void {
  writeFileSync(path(fixture.scenario), `${JSON.stringify(fixture, null, 2)}\n`)
}
