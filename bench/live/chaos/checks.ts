import type { LiveCluster } from "../cluster.ts"
import type { NodeProcess } from "../node-process.ts"
import {
  type ContainerView,
  containersOf,
  namedOf,
  nodesOf,
  type ServiceView,
  servicesOf,
  type TaskView,
  tasksOf,
} from "../views.ts"
import { agrees, allowed, type Content, type Entry, type Ledger, showContent } from "./ledger.ts"
import { storeOf } from "./stored.ts"

/** What must hold once everything is healed. Each finding is a sentence; none: all is well. */
export async function check(cluster: LiveCluster, ledger: Ledger): Promise<ReadonlyArray<string>> {
  const silent = await silentNodes(cluster)
  if (silent.length > 0) return silent
  const [first] = cluster.managers
  if (!first) return []
  const services = servicesOf(await first.get("/services"))
  const tasks = tasksOf(await first.get("/tasks"))
  const nodes = nodesOf(await first.get("/nodes"))
  const ids = new Map<string, NodeProcess>()
  for (const { ID, Description } of nodes) {
    const node = cluster.nodes.find(({ name }) => name === Description.Hostname)
    if (node) ids.set(ID, node)
  }
  return [
    ...(await leaders(cluster)),
    ...nodes
      .filter(({ Status }) => Status.State !== "ready")
      .map((node) => `${node.Description.Hostname} is ${node.Status.State}`),
    ...(await lostWrites(first, services, ledger)),
    ...replicas(services, tasks),
    ...(await containers(ids, tasks)),
    ...(await differentStores(cluster)),
  ]
}

async function silentNodes(cluster: LiveCluster): Promise<ReadonlyArray<string>> {
  const answers = await Promise.all(cluster.nodes.map((node) => node.call("GET", "/_ping")))
  return cluster.nodes.flatMap((node, at) => {
    if (!node.runs) return [`${node.name} ended by itself (status ${node.exitCode}):\n${node.log().slice(-1_500)}`]
    return answers[at]?.status === 200 ? [] : [`${node.name} does not answer: ${answers[at]?.error}`]
  })
}

/** Every manager says the same one leads, and that all managers are there. */
async function leaders(cluster: LiveCluster): Promise<ReadonlyArray<string>> {
  const said = new Set<string>()
  for (const manager of cluster.managers) {
    const nodes = nodesOf(await manager.get("/nodes"))
    const leading = nodes.filter(({ ManagerStatus }) => ManagerStatus?.Leader === true)
    said.add(leading.map(({ Description }) => Description.Hostname).join(" and ") || "nobody")
    for (const { ManagerStatus, Description } of nodes) {
      if (ManagerStatus && ManagerStatus.Reachability !== "reachable")
        said.add(`${Description.Hostname} ${ManagerStatus.Reachability}`)
    }
  }
  return said.size === 1 && !said.has("nobody") ? [] : [`who leads: ${[...said].join(", ")}`]
}

async function lostWrites(
  manager: NodeProcess,
  services: ReadonlyArray<ServiceView>,
  ledger: Ledger,
): Promise<ReadonlyArray<string>> {
  const found = new Map<string, Exclude<Content, "gone">>()
  for (const { Spec } of services) {
    found.set(Spec.Name, { marker: Spec.Labels?.marker ?? "", replicas: Spec.Mode.Replicated?.Replicas ?? 0 })
  }
  for (const kind of ["secrets", "configs"]) {
    for (const { Spec } of namedOf(await manager.get(`/${kind}`)))
      found.set(Spec.Name, { marker: Spec.Labels?.marker ?? "", replicas: 0 })
  }
  const known = new Set(ledger.entries.map(({ name }) => name))
  return [
    ...ledger.entries.flatMap((entry) => lost(entry, found.get(entry.name))),
    ...[...found.keys()].filter((name) => !known.has(name)).map((name) => `${name} was never asked for`),
  ]
}

function lost(entry: Entry, found: Exclude<Content, "gone"> | undefined): ReadonlyArray<string> {
  const contents = allowed(entry)
  if (contents.some((content) => agrees(content, found))) return []
  return [
    `${entry.name}: ${showContent(found)}, but acknowledged was ${contents.map(showContent).join(", or perhaps ")}`,
  ]
}

/** Every service has as many running tasks as it is to have, and nothing else is on its way. */
function replicas(services: ReadonlyArray<ServiceView>, tasks: ReadonlyArray<TaskView>): ReadonlyArray<string> {
  const left = tasks.filter(({ ServiceID }) => !services.some(({ ID }) => ID === ServiceID))
  return [
    ...services.flatMap(({ ID, Spec }) => {
      const wanted = Spec.Mode.Replicated?.Replicas
      const own = tasks.filter(({ ServiceID, DesiredState }) => ServiceID === ID && DesiredState === "running")
      const running = own.filter(({ Status }) => Status.State === "running")
      return running.length === wanted && own.length === wanted
        ? []
        : [`${Spec.Name}: ${running.length} of ${wanted} run, ${own.length} are to: ${own.map(showTask).join(", ")}`]
    }),
    ...left.map((task) => `a task of no service: ${showTask(task)}`),
  ]
}

const showTask = ({ ID, Status }: TaskView) => `${ID} ${Status.State}${Status.Err ? ` (${Status.Err})` : ""}`

/** On each engine runs exactly what the store says; and no container is left there of a task that is not in the store any more. */
async function containers(
  ids: ReadonlyMap<string, NodeProcess>,
  tasks: ReadonlyArray<TaskView>,
): Promise<ReadonlyArray<string>> {
  const findings: Array<string> = []
  for (const [id, node] of ids) {
    const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.swarm.node.id=${id}`] }))
    const there = containersOf(await node.get(`/containers/json?all=1&filters=${filters}`))
    const assigned = tasks.filter(({ NodeID }) => NodeID === id)
    const wanted = assigned.filter(({ DesiredState }) => DesiredState === "running")
    const running = there.filter(({ State }) => State === "running").map(taskOf)
    for (const task of wanted)
      if (!running.includes(task.ID)) findings.push(`${node.name} lacks the container of ${showTask(task)}`)
    for (const task of running)
      if (!wanted.some(({ ID }) => ID === task))
        findings.push(`${node.name} runs a container of ${task}, which is not to run`)
    if (new Set(running).size !== running.length) findings.push(`${node.name} runs a task twice`)
    for (const one of there) {
      if (!assigned.some(({ ID }) => ID === taskOf(one)))
        findings.push(`${node.name} has a container (${one.State}) of ${taskOf(one)}, a task that is gone`)
    }
  }
  return findings
}

const taskOf = ({ Labels }: ContainerView): string => Labels["com.docker.swarm.task.id"] ?? ""

/** What the managers hold on their disks is the same, object by object. */
async function differentStores(cluster: LiveCluster): Promise<ReadonlyArray<string>> {
  const stores = await Promise.all(cluster.managers.map(({ databasePath }) => storeOf(databasePath)))
  const findings: Array<string> = []
  const [first, ...others] = stores
  for (const [at, other] of others.entries()) {
    const keys = new Set([...(first?.keys() ?? []), ...other.keys()])
    const different = [...keys].filter((key) => first?.get(key) !== other.get(key))
    if (different.length > 0)
      findings.push(
        `the stores of manager1 and manager${at + 2} differ in ${different.length}: ${different.slice(0, 3).join(", ")}`,
      )
  }
  return findings
}
