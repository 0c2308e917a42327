import { setTimeout as pause } from "node:timers/promises"
import { ask, type Cluster, swarmNetworks } from "./cluster.ts"
import { api, compose, docker, words } from "./docker.ts"
import { callDockerode } from "./dockerode-calls.ts"
import { fill } from "./fill.ts"
import { type Normalised, normalise, type Raw } from "./normalise/normalise.ts"
import type { Step } from "./scenario.ts"
import { settle } from "./settle.ts"

/** Address of the machine a step talks to; none when this cluster does not show it. */
export function hostOf(cluster: Cluster, step: Step): string | undefined {
  return cluster.hosts.get(step.on ?? "manager1")
}

export interface Played {
  readonly answer: Normalised
  /** What the cluster was still doing when the wait for it ran out. */
  readonly unsettled?: string
}

/** Runs one step and waits until the cluster has settled as the step asks. */
export async function play(cluster: Cluster, host: string, step: Step): Promise<Played> {
  const translate = (cmd: string) => toOwnNames(cluster, cmd)
  const raw = await carryOut(host, "cmd" in step ? { ...step, cmd: await fill(cluster, step.cmd) } : step, translate)
  const view = "dockerode" in step ? { ...step.view, json: true } : (step.view ?? {})
  const answer = normalise(raw, view, cluster.names)
  for (const wanted of [step.settle ?? []].flat()) {
    const where = wanted === "running" ? undefined : wanted.on
    const unsettled = await settle(cluster.hosts.get(where ?? "") ?? host, wanted, translate)
    if (unsettled !== undefined) return { answer, unsettled }
  }
  return { answer }
}

function carryOut(host: string, step: Step, translate: (cmd: string) => string): Promise<Raw> {
  if ("cmd" in step) return docker(host, words(translate(step.cmd)), step.stdin)
  if ("compose" in step) return compose(host, words(step.compose))
  if ("dockerode" in step) return callDockerode(host, step.dockerode)
  return api(host, step.api.method, translate(step.api.path), step.api.body)
}

/** The names of the fixtures, to those of this cluster. */
function toOwnNames(cluster: Cluster, cmd: string): string {
  const own = new Map([...cluster.names].map(([hostname, name]) => [name, hostname]))
  return cmd.replace(/\b(manager|worker)\d+\b/g, (name) => own.get(name) ?? name)
}

/** Leaves an empty cluster behind: no services, no secrets, configs and networks of theirs, every node active, nothing running. */
export async function clear(cluster: Cluster): Promise<void> {
  const host = cluster.hosts.get("manager1") ?? ""
  const services = await ask(host, ["service", "ls", "-q"])
  if (services.length > 0) await ask(host, ["service", "rm", ...services])
  for (const node of await ask(host, ["node", "ls", "--format", "{{.Hostname}} {{.Availability}}"])) {
    const [hostname = "", availability] = node.split(" ")
    if (availability !== "Active") await ask(host, ["node", "update", "--availability", "active", hostname])
  }
  const unsettled = await settle(host, "running", (cmd) => cmd)
  if (unsettled !== undefined) throw new Error(unsettled)
  for (const kind of ["secret", "config"]) {
    const left = await ask(host, [kind, "ls", "-q"])
    if (left.length > 0) await ask(host, [kind, "rm", ...left])
  }
  await removeNetworks(
    host,
    (await swarmNetworks(host)).filter((name) => !cluster.networks.includes(name)),
  )
}

/** A network goes only when the last task on it has; that takes a moment after the task is gone from sight. */
async function removeNetworks(host: string, networks: ReadonlyArray<string>): Promise<void> {
  if (networks.length === 0) return
  for (let attempt = 1; (await docker(host, ["network", "rm", ...networks])).code !== 0; attempt += 1) {
    if (attempt === 20) throw new Error(`networks that cannot be removed: ${networks.join(", ")}`)
    await pause(500)
    const left = (await swarmNetworks(host)).filter((name) => networks.includes(name))
    if (left.length === 0) return
  }
}
