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

const noCertificates = {
  scenario: "empty-cluster",
  reason: "A simulated cluster has no certificate authority: its links vouch for who is at their ends by construction.",
}

const withoutTlsInfo = ({ stdout }: Normalised): Partial<Normalised> => ({
  stdout: stdout.slice(0, stdout.indexOf("TLS Info:")),
})

const templatedConfig: Difference = {
  scenario: "templates",
  step: "5: docker service logs --raw speaker",
  reason:
    "In templated configs and secrets Swarm 20.10 knows no name of the node; here they get it, as environments do.",
  instead: ({ stdout }) => ({ stdout: stdout.map((line) => line.replace("node= ", "node=worker1 ")) }),
}

const newerLevel = (scenario: string, step: string): Difference => ({
  scenario,
  step,
  reason: "The engine that was recorded offers API level 1.41, a simulated one 1.47.",
  instead: ({ json }) => ({ json: JSON.parse(JSON.stringify(json).replace("version is 1.41", "version is 1.47")) }),
})

/** An entry whose step has come to agree with the real swarm fails the comparison, so the list cannot grow stale. */
export const differences: ReadonlyArray<Difference> = [
  { ...noCertificates, step: "8: docker node inspect --pretty worker1", instead: withoutTlsInfo },
  { ...noCertificates, step: "9: docker node inspect --pretty self", instead: withoutTlsInfo },
  {
    ...noCertificates,
    step: "10: docker node inspect worker1",
    instead: ({ json }) => withEmptyTlsInfo(json),
  },
  templatedConfig,
  newerLevel("requests", "7: GET /v99.1/services"),
  newerLevel("errors", "47: GET /v9.99/services"),
]

function withEmptyTlsInfo(json: Normalised["json"]): Partial<Normalised> {
  const text = JSON.stringify(json, (key, value: unknown) => (key === "TLSInfo" ? {} : value))
  return { json: JSON.parse(text) }
}
