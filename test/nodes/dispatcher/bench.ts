import { defaultClusterSpec } from "../../../core/model/cluster.ts"
import type { NodeStatus } from "../../../core/model/node.ts"
import type { Task, TaskState } from "../../../core/model/task.ts"
import { Random } from "../../../core/random.ts"
import { ClusterStore } from "../../../core/store/store.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import { describeMachine } from "../../../nodes/engine/simulated/description.ts"
import type { Dispatch } from "../../../nodes/manager/dispatcher/dispatch.ts"
import { Dispatcher } from "../../../nodes/manager/dispatcher/dispatcher.ts"
import type { Peer } from "../../../nodes/peer.ts"
import type { AgentMessage, DispatchMessage, SessionMessage } from "../../../nodes/protocol.ts"
import { admitted } from "../admitted.ts"

export const worker: Peer = { id: "w1", role: "worker" }

const start = 1_700_000_000_000

/** A leader's dispatcher with a store and a clock; the test plays the agents and decides when a cycle runs and commits. */
export class Bench {
  readonly store = new ClusterStore()
  dispatcher: Dispatcher
  now = start

  constructor() {
    const tx = this.store.begin(this.now)
    tx.create("clusters", {
      ID: "c",
      Spec: defaultClusterSpec,
      DefaultAddrPool: [],
      SubnetSize: 24,
      DataPathPort: 4789,
      RootRotationInProgress: false,
    })
    tx.create("nodes", admitted("w1", "worker"))
    tx.create("nodes", admitted("m1", "manager"))
    tx.create("secrets", { ID: "x", Spec: { Name: "x", Data: "eA==" } })
    this.store.apply(tx.changeSet(), 1)
    this.dispatcher = this.lead()
  }

  /** A new leadership begins. */
  lead(seed: string | number = 1): Dispatcher {
    this.dispatcher = new Dispatcher({
      random: new Random(seed),
      now: this.now,
      store: this.store,
    })
    this.cycle((tx) => this.dispatcher.begin(tx, this.now))
    return this.dispatcher
  }

  /** One cycle of the leader, committed at once. */
  cycle(mutation?: (tx: Transaction) => void): ReadonlyArray<Dispatch> {
    return this.propose(mutation)()
  }

  /** Writes a cycle; what is returned commits it. */
  propose(mutation: (tx: Transaction) => void = () => {}): () => ReadonlyArray<Dispatch> {
    const tx = this.store.begin(this.now)
    mutation(tx)
    this.dispatcher.write(tx, this.now)
    const changes = tx.changeSet()
    if (changes.length === 0) return () => this.dispatcher.tick(this.now)
    return () => this.dispatcher.committed(this.now, this.store.apply(changes, this.store.index + 1), this.store)
  }

  say(message: SessionMessage, from = worker): ReadonlyArray<Dispatch> {
    return this.dispatcher.receive(this.now, from, message)
  }

  /** Registers a node; returns its session, the first assignments confirmed. */
  join(from = worker, attempt = "a1"): string {
    this.say(register(attempt), from)
    const { session } = of("session", this.cycle())
    this.say({ type: "assigned", session, sequence: 1 }, from)
    return session
  }

  /** Lets time pass; the leader acts whenever the dispatcher wants to. */
  pass(span: number): ReadonlyArray<Dispatch> {
    const end = this.now + span
    const sent: Array<Dispatch> = []
    const next = () => this.dispatcher.nextWake()
    for (let wake = next(); wake !== undefined && wake <= end; wake = next()) {
      this.now = Math.max(this.now, wake)
      if (this.dispatcher.wantsCycle(this.now)) sent.push(...this.cycle())
      sent.push(...this.dispatcher.tick(this.now))
    }
    this.now = end
    return sent
  }

  state(taskId: string): TaskState | undefined {
    return this.store.get("tasks", taskId)?.Status.State
  }

  nodeStatus(): NodeStatus | undefined {
    return this.store.get("nodes", "w1")?.Status
  }
}

export const register = (attempt: string): Extract<AgentMessage, { readonly type: "register" }> => ({
  type: "register",
  attempt,
  description: describeMachine("worker-1"),
  addr: "10.0.0.2",
})

export const report = (
  session: string,
  batch: number,
  taskId: string,
  State: TaskState,
  Timestamp = "2024-01-01T00:00:01Z",
): SessionMessage => ({
  type: "statuses",
  session,
  batch,
  statuses: [{ taskId, status: { Timestamp, State } }],
})

/** The first message of a type; fails when there is none. */
export function of<T extends DispatchMessage["type"]>(
  type: T,
  messages: ReadonlyArray<Dispatch>,
): Extract<DispatchMessage, { type: T }> {
  const isWanted = (message: DispatchMessage): message is Extract<DispatchMessage, { type: T }> => message.type === type
  const found = messages.map(({ message }) => message).find(isWanted)
  if (found === undefined) throw new Error(`no ${type} among ${JSON.stringify(messages)}`)
  return found
}

export function addTask(tx: Transaction, id: string, state: TaskState = "assigned", more: Partial<Task> = {}): void {
  const SpecVersion = { Index: 1 }
  if (tx.get("specs", "s.1") === undefined)
    tx.create("specs", {
      ID: "s.1",
      ServiceID: "s",
      SpecVersion,
      ServiceName: "web",
      Spec: { ContainerSpec: { Image: "nginx", Secrets: [{ SecretID: "x", SecretName: "x" }] } },
    })
  tx.create("tasks", {
    ID: id,
    ServiceID: "s",
    SpecVersion,
    NodeID: "w1",
    Slot: 1,
    Status: { Timestamp: "2024-01-01T00:00:00Z", State: state },
    DesiredState: "running",
    ...more,
  })
}

export function desire(tx: Transaction, id: string, DesiredState: TaskState): void {
  const task = tx.get("tasks", id)
  if (task) tx.update("tasks", { ...task, DesiredState })
}
