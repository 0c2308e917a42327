import type { Instant } from "../../core/instant.ts"
import type { Random } from "../../core/random.ts"
import { type Applied, type ChangeSet, decodeChangeSet } from "../../core/store/change.ts"
import { ClusterStore } from "../../core/store/store.ts"
import {
  type ConfigurationChange,
  type Entry,
  type Limits,
  type MemberId,
  type Message,
  type Metrics,
  Proposals,
  Raft,
  type RaftInput,
  type RaftOutput,
  type RaftStatus,
  type Role,
  type SaveOutput,
  type Snapshot,
  type Stored,
  type Term,
} from "../../raft/index.ts"

export interface ReplicaOptions {
  readonly raftId: MemberId
  readonly voters: ReadonlyArray<MemberId>
  readonly random: Random
  readonly now: Instant
  readonly stored: Stored
  readonly limits?: Partial<Limits> | undefined
}

/** What happened to the replicated store and to those who wait for it, in order. `context` is what the proposer or reader gave. */
export type ReplicaOutput<Context> =
  | SaveOutput
  | { readonly type: "send"; readonly to: MemberId; readonly message: Message }
  /** An entry was applied; `own`: it was proposed here. */
  | {
      readonly type: "applied"
      readonly index: number
      readonly term: Term
      readonly changes: ReadonlyArray<Applied>
      readonly own: Context | undefined
    }
  /** A change of the consensus group is committed. */
  | { readonly type: "reconfigured" }
  /** The store was replaced by a snapshot of it that another manager took. */
  | { readonly type: "restored"; readonly index: number }
  /** A proposal of this member will never be applied; `unknown`: a snapshot hides what became of it. */
  | { readonly type: "lost" | "unknown"; readonly context: Context }
  /** What was read from the store when `read` was called stands: no other member led then. */
  | { readonly type: "confirmed"; readonly context: Context }
  /** Another member may have led: read again. */
  | { readonly type: "unconfirmed"; readonly context: Context }
  | { readonly type: "role"; readonly role: Role; readonly term: Term; readonly leader: MemberId }

interface Proposal<Context> {
  readonly context: Context
  /** What the entry holds, so that the proposer need not decode it. */
  readonly changes: ChangeSet
  readonly data: Uint8Array
}

/** A member of the consensus group together with the store that it replicates. */
export class Replica<Context> {
  readonly #raft: Raft
  readonly #proposals = new Proposals<Proposal<Context>>()
  readonly #reads = new Map<number, Context>()
  #store: ClusterStore
  #readNumber = 0
  #snapshotDue: number | undefined
  #outputs: Array<ReplicaOutput<Context>> = []

  constructor(options: ReplicaOptions) {
    const { snapshot } = options.stored
    this.#store = snapshot ? ClusterStore.decode(snapshot.data) : new ClusterStore()
    this.#raft = new Raft({
      id: options.raftId,
      voters: options.voters,
      random: () => options.random.next(),
      now: options.now,
      restored: options.stored,
      ...(options.limits && { limits: options.limits }),
    })
  }

  get store(): ClusterStore {
    return this.#store
  }

  step(now: Instant, input: RaftInput): ReadonlyArray<ReplicaOutput<Context>> {
    return this.#take(now, this.#raft.step(now, input))
  }

  /** Replicates entries, one after the other, unless this member does not lead or one is too large: then none is, and it says why not. */
  propose(now: Instant, entries: ReadonlyArray<Proposal<Context>>): ReadonlyArray<ReplicaOutput<Context>> | string {
    const proposed = this.#raft.proposeAll(
      now,
      entries.map(({ data }) => data),
    )
    if (!proposed.accepted) return proposed.error
    const { index, term } = proposed
    for (const [i, entry] of entries.entries()) this.#proposals.add({ index: index + i, term }, entry)
    return this.#take(now, proposed.outputs)
  }

  /** Asks whether what was read from the store just now is the latest (ReadIndex), unless that cannot be asked: then says why not. */
  confirm(now: Instant, context: Context): ReadonlyArray<ReplicaOutput<Context>> | string {
    const number = ++this.#readNumber
    this.#reads.set(number, context)
    const read = this.#raft.read(now, number)
    if (read.accepted) return this.#take(now, read.outputs)
    this.#reads.delete(number)
    return read.error
  }

  /** Hands leadership over to another member, if this one leads and there is one. */
  handOver(now: Instant, to?: MemberId): ReadonlyArray<ReplicaOutput<Context>> {
    const transferred = this.#raft.transfer(now, to)
    return transferred.accepted ? this.#take(now, transferred.outputs) : []
  }

  /** Asks for a change of the consensus group. What cannot be done now is not done. */
  change(now: Instant, change: ConfigurationChange): ReadonlyArray<ReplicaOutput<Context>> {
    const changed = this.#raft.change(now, [change])
    return changed.accepted ? this.#take(now, changed.outputs) : []
  }

  /** From now on snapshots are taken after so many entries, and so many from before are kept for those who are slow. */
  compactAfter(snapshotInterval_entries: number, tail_entries: number): void {
    this.#raft.compactAfter({ snapshotInterval_entries, tail_entries })
  }

  nextWake(): Instant | undefined {
    return this.#raft.nextWake()
  }

  status(): RaftStatus {
    return this.#raft.status()
  }

  /** The last entries of the log, at most so many. */
  tail(count: number): ReadonlyArray<Entry> {
    return this.#raft.tail(count)
  }

  /** Another member is about to lead in the place of this one. */
  get isTransferring(): boolean {
    return this.#raft.isTransferring
  }

  metrics(): Readonly<Metrics> {
    return this.#raft.metrics()
  }

  #take(now: Instant, outputs: ReadonlyArray<RaftOutput>): ReadonlyArray<ReplicaOutput<Context>> {
    for (const output of outputs) this.#note(output)
    if (this.#snapshotDue !== undefined) {
      const index = this.#snapshotDue
      this.#snapshotDue = undefined
      const taken = this.#raft.step(now, { type: "snapshot", index, data: this.#store.encode() })
      for (const output of taken) this.#note(output)
    }
    const noted = this.#outputs
    this.#outputs = []
    return noted
  }

  #note(output: RaftOutput): void {
    switch (output.type) {
      case "committed":
        this.#apply(output.entries)
        break
      case "restore":
        this.#restore(output.snapshot)
        break
      case "snapshot-due":
        this.#snapshotDue = output.index
        break
      case "read":
        this.#settleReads("confirmed", output.contexts)
        break
      case "read-lost":
        this.#settleReads("unconfirmed", output.contexts)
        break
      case "save":
      case "send":
      case "role":
        this.#outputs.push(output)
    }
  }

  #apply(entries: ReadonlyArray<Entry>): void {
    const settled = this.#proposals.committed(entries)
    const own = new Map(settled.filter((s) => s.outcome === "committed").map((s) => [s.index, s.context]))
    for (const { index, term, kind, data } of entries) {
      const mine = own.get(index)
      const isChange = kind === "command" && data.length > 0
      const changes = isChange ? this.#store.apply(mine?.changes ?? decodeChangeSet(data), index) : []
      this.#outputs.push({ type: "applied", index, term, changes, own: mine?.context })
      if (kind === "configuration") this.#outputs.push({ type: "reconfigured" })
    }
    for (const { outcome, context } of settled) {
      if (outcome === "lost") this.#outputs.push({ type: "lost", context: context.context })
    }
  }

  #restore(snapshot: Snapshot): void {
    this.#store = ClusterStore.decode(snapshot.data)
    this.#outputs.push({ type: "restored", index: snapshot.index })
    for (const { outcome, context } of this.#proposals.restored(snapshot)) {
      if (outcome !== "committed") this.#outputs.push({ type: outcome, context: context.context })
    }
  }

  #settleReads(type: "confirmed" | "unconfirmed", numbers: ReadonlyArray<number | string>): void {
    for (const number of numbers) {
      const context = this.#reads.get(Number(number))
      this.#reads.delete(Number(number))
      if (context !== undefined) this.#outputs.push({ type, context })
    }
  }
}
