import { type MemberId, none } from "../../raft/index.ts"
import type { RaftCluster } from "../raft/cluster.ts"
import type { SimulatedMember } from "../raft/member.ts"
import { healCore } from "../raft/settle.ts"
import { quorumOfAll } from "./configurations.ts"
import type { World } from "./world.ts"

/**
 * From healing to one leader with a new write everywhere: time for the slowest messages to arrive, and for twenty-five of the longest
 * election timeouts, when even unlucky ties are over.
 */
const settle_ms_max = 36_000

/** The slowest messages of before the healing, and what a link keeps in order behind them, have arrived by then. */
const drained_ms = 6_000

/** From then on a leader must stay for as long. */
const steady_ms = 5_000

/** Until all clients have their answers from a group that works. */
const answers_ms_max = 60_000

/**
 * Heals a quorum, drawn at random, while everybody else stays dead: it must come to work again and stay at work, and the clients get
 * their answers. Then all others start: they must join, and every register can be read. Returns what is wrong, if anything is.
 */
export function checkLiveness(world: World): string | undefined {
  const { cluster, clients } = world
  // What each member has on its disk counts, too.
  for (const member of cluster.members) member.start()
  const core = drawCore(world)
  world.say(`heals ${core.join(", ")}; the others are dead`)
  healCore(cluster, core)
  world.healClients()
  const began = cluster.now
  const alone = settle(world, core, "busy")
  if (alone !== undefined) return `the healed quorum ${core.join(", ")}: ${alone}`
  world.figures.elected_ms_max = Math.max(world.figures.elected_ms_max, cluster.now - began)
  for (const client of clients) client.stop()
  const answered = () => clients.every(({ idle }) => idle)
  if (!cluster.runUntil(answered, answers_ms_max)) return `a client has no answer within ${answers_ms_max} ms`
  cluster.runFor(Math.max(0, began + drained_ms - cluster.now))
  const unsteady = settle(world, core, "quiet") ?? checkSteady(world)
  if (unsteady !== undefined) return `the healed quorum ${core.join(", ")}, later: ${unsteady}`
  return checkWhole(world)
}

function checkWhole(world: World): string | undefined {
  const { cluster, clients, plan } = world
  const everybody = cluster.members.filter(({ lost }) => !lost).map(({ id }) => id)
  world.say("heals everybody")
  healCore(cluster, everybody)
  const together = settle(world, everybody, "quiet")
  if (together !== undefined) return `everybody healed: ${together}`
  const reader = clients[0]
  const keys = Math.max(0, ...plan.clients.map(({ keys }) => keys))
  for (let key = 1; reader !== undefined && key <= keys; key++) {
    reader.readOnce(key)
    if (!cluster.runUntil(() => reader.idle, answers_ms_max)) return `register ${key} cannot be read`
  }
  return undefined
}

function drawCore({ configurations, cluster, random }: World): ReadonlyArray<MemberId> {
  const alive = cluster.members.filter(({ lost }) => !lost)
  const order = alive.map(({ id }) => ({ id, at: random.next() })).sort((a, b) => a.at - b.at)
  return quorumOfAll(
    configurations.possible,
    order.map(({ id }) => id),
  )
}

/**
 * Waits until those of `ids` that belong to the group follow one leader, and a new write is committed. While clients are busy some may stay
 * behind for as long; when all is quiet, no change may be left to do, and the write must be everywhere.
 */
function settle({ cluster }: World, ids: ReadonlyArray<MemberId>, mode: "busy" | "quiet"): string | undefined {
  const agreed = () => followers(cluster, ids, mode) !== undefined
  if (!cluster.runUntil(agreed, settle_ms_max)) return `no leader whom all follow within ${settle_ms_max} ms`
  const leader = cluster.leader()
  if (cluster.propose(leader) === undefined) return "the leader takes no proposal"
  const index = leader?.status()?.lastIndex ?? 0
  const isWritten = ({ state }: SimulatedMember) => (state?.index ?? 0) >= index
  const written = () => {
    const all = followers(cluster, ids, mode)
    return mode === "quiet" ? all?.every(isWritten) === true : all?.some(isWritten) === true
  }
  if (!cluster.runUntil(written, settle_ms_max)) return `a new write is not applied within ${settle_ms_max} ms`
  return undefined
}

function followers(
  cluster: RaftCluster,
  ids: ReadonlyArray<MemberId>,
  mode: "busy" | "quiet",
): ReadonlyArray<SimulatedMember> | undefined {
  const status = cluster.leader()?.status()
  if (status === undefined || status.transferee !== none || status.configurationIndex > status.commit) return undefined
  const { voters, outgoing, learners, joining } = status.configuration
  if (outgoing.length > 0 || !voters.includes(status.id) || (mode === "quiet" && joining.length > 0)) return undefined
  const must = cluster.members.filter(({ id }) => ids.includes(id) && (voters.includes(id) || learners.includes(id)))
  const follows = (member: SimulatedMember) => {
    const { term, leader } = member.status() ?? {}
    return term === status.term && leader === status.id
  }
  return must.every(follows) ? must : undefined
}

/** No election without need: who leads now leads on. */
function checkSteady({ cluster }: World): string | undefined {
  const leader = cluster.leader()
  const term = leader?.status()?.term
  cluster.runFor(steady_ms)
  const later = cluster.leader()
  if (later === leader && later?.status()?.term === term) return undefined
  return `member ${leader?.id} led term ${term}; ${steady_ms} ms later member ${later?.id} leads term ${later?.status()?.term}`
}
