import { checksum as checksumOf } from "./checksum.ts"
import { Forwarding } from "./forwarding.ts"
import { InvariantViolation } from "./invariant.ts"
import { Log } from "./log.ts"
import { noMetrics } from "./metrics.ts"
import { Outbox } from "./outbox.ts"
import { Reads } from "./reads.ts"
import { resetElectionTimer } from "./roles.ts"
import { type Behaviour, defaultBehaviour, defaultLimits, defaultTiming, type Limits, type Timing } from "./settings.ts"
import type { State } from "./state.ts"
import { statusOf } from "./status.ts"
import type { Stored } from "./storage/log-storage.ts"
import { type Index, type MemberId, none } from "./types.ts"

export interface RaftOptions {
  readonly id: MemberId
  /** Who begins a new group; the same for all of them, ever. Empty for a member that joins later: it learns from the leader's log. */
  readonly voters: ReadonlyArray<MemberId>
  /** A float in [0, 1): spreads the election timeouts. */
  readonly random: () => number
  /** Milliseconds, on the same scale as every later `now`. */
  readonly now: number
  /** What the storage gave back. */
  readonly restored: Stored & {
    /**
     * The state machine has kept what it applied up to here; handing out starts after it. Left out: it has what the snapshot has, nothing
     * without one.
     */
    readonly applied?: Index
  }
  readonly timing?: Partial<Timing>
  readonly limits?: Partial<Limits>
  readonly behaviour?: Partial<Behaviour>
}

/** A member as it is when its process begins. */
export function startingState(options: RaftOptions): State {
  const { id, restored, now, random, voters } = options
  const { hardState, entries, applied, snapshot } = restored
  if (snapshot !== undefined && checksumOf(snapshot.data) !== snapshot.checksum)
    throw new InvariantViolation("the snapshot on the disk is damaged", { id, index: snapshot.index })
  const log = new Log({ snapshot, entries, commit: hardState.commit, applied: applied ?? 0, voters })
  const behaviour = { ...defaultBehaviour, ...options.behaviour }
  const state: State = {
    id,
    random,
    timing: { ...defaultTiming, ...options.timing },
    limits: { ...defaultLimits, ...options.limits },
    behaviour,
    log,
    outbox: new Outbox(hardState),
    progress: new Map(),
    votes: new Map(),
    reads: new Reads(Math.floor(random() * 2 ** 32) * 2 ** 16),
    forwarding: new Forwarding(behaviour.forwardProposals ? Math.floor(random() * 2 ** 32) * 2 ** 16 : 0),
    metrics: noMetrics(),
    departed: new Set(),
    configuration: log.configurations.latest,
    settled: undefined,
    role: "follower",
    term: hardState.term,
    vote: hardState.vote,
    leader: none,
    now,
    electionAt: now,
    leaderHeardAt: now,
    heartbeatAt: now,
    round: 0,
    lastAppend: undefined,
    termStart: 0,
    transfer: undefined,
    receiving: undefined,
    saveRetryAt: undefined,
    snapshotDueAt: log.snapshotIndex,
  }
  if (log.lastTerm > hardState.term) throw new InvariantViolation("the log is ahead of the term", statusOf(state))
  if (!state.configuration.isSoleVoter(id)) resetElectionTimer(state)
  return state
}
