import type { Normalised } from "./normalise/normalise.ts"

/** A place where Drydock answers otherwise than a real swarm, on purpose. */
export interface Difference {
  readonly scenario: string
  /** The step in words, as in the fixture. */
  readonly step: string
  readonly reason: string
  /** What Drydock answers where the real swarm answers `real`; parts not named are as there. */
  readonly instead: (real: Normalised) => Partial<Normalised>
}

const templatedConfig: Difference = {
  scenario: "templates",
  step: "5: docker service logs --raw speaker",
  reason:
    "In templated configs and secrets Swarm 20.10 knows no name of the node; here they get it, as environments do.",
  instead: ({ stdout }) => ({ stdout: stdout.map((line) => line.replace("node= ", "node=worker1 ")) }),
}

const offersMore = (scenario: string, step: string): Difference => ({
  scenario,
  step,
  reason: "The engine that was recorded offers API level 1.41, a simulated one 1.47.",
  instead: ({ json }) => ({ json: JSON.parse(JSON.stringify(json).replace("version is 1.41", "version is 1.47")) }),
})

const withoutGatewayBridge = (scenario: string, step: string): Difference => ({
  scenario,
  step,
  reason: "Only an engine in swarm mode makes itself a bridge docker_gwbridge.",
  instead: ({ stdout }) => ({ stdout: stdout.filter((line) => !line.includes("docker_gwbridge")) }),
})

const namesItself: Difference = {
  scenario: "empty-cluster",
  step: "1: docker version",
  reason: "A daemon names itself among the components of the engine that it stands before.",
  instead: ({ stdout }) => ({ stdout: [...stdout, " Drydock:", "  Version:", "  ApiVersion:", "  Swarm:"] }),
}

// An entry whose step has come to agree with the real swarm fails the comparison, so the lists cannot grow stale.

/** What simulated engines answer otherwise than a real swarm. */
export const simulatedDifferences: ReadonlyArray<Difference> = [
  templatedConfig,
  {
    ...offersMore(
      "empty-cluster",
      "2: docker version --format '{{.Server.Os}} {{.Server.APIVersion}} {{.Server.MinAPIVersion}}'",
    ),
    instead: () => ({ stdout: ["linux 1.47 1.24"] }),
  },
  offersMore("requests", "7: GET /v99.1/services"),
  offersMore("errors", "47: GET /v9.99/services"),
]

/** The same behind daemons. */
export const liveDifferences: ReadonlyArray<Difference> = [...simulatedDifferences, namesItself]

/** What daemons before real engines answer otherwise. */
export const engineDifferences: ReadonlyArray<Difference> = [
  templatedConfig,
  namesItself,
  withoutGatewayBridge("empty-cluster", "14: docker network ls"),
  withoutGatewayBridge("service-create", "8: docker network ls"),
  withoutGatewayBridge("service-create", "27: docker network ls"),
  withoutGatewayBridge("stack", "11: docker network ls"),
  withoutGatewayBridge("stack", "25: docker network ls"),
]
