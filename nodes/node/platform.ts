import type { Answer } from "../../core/errors.ts"
import type { Instant } from "../../core/instant.ts"
import type { Availability, NodeDescription } from "../../core/model/node.ts"
import type { RootCa } from "../../core/model/root-ca.ts"
import type { Random } from "../../core/random.ts"
import type { Applied } from "../../core/store/change.ts"
import type { Limits, Save, Stored } from "../../raft/index.ts"
import type { AgentInput, AgentOutput } from "../agent/agent.ts"
import type { EngineCommand } from "../engine/engine.ts"
import type { Envelope } from "../envelope.ts"
import type { Admission } from "../manager/control/admission.ts"
import type { Secrets } from "../manager/control/request.ts"
import type { ManagerInput, ManagerOutput } from "../manager/io.ts"
import type { Certificate, Identity } from "./identity.ts"

/**
 * What a SwarmNode stands on: one machine, simulated or real. Nothing here blocks or returns a promise: what takes time calls back, never before
 * the call has returned, and not at all once the node was halted.
 */
export interface Platform {
  readonly now: () => Instant
  /** Makes an alarm clock: what is returned sets it, replacing the instant before; undefined: off. It rings then, or as soon after as can be. */
  readonly alarm: (ring: () => void) => (at: Instant | undefined) => void
  /** Of this start of the process alone. */
  readonly random: Random
  /** The machine's own IP address: what is advertised unless somebody says otherwise. */
  readonly address: string
  /** The IP address of a network interface of this machine by its name. */
  readonly addressOf?: (interfaceName: string) => string | undefined
  /** The machine as its engine describes it, without TLSInfo. */
  readonly describe: () => NodeDescription
  readonly engine: (number: number, command: EngineCommand) => void
  readonly links: Links
  readonly member: MemberStorage
  readonly identity: IdentityStorage
  readonly authority: Authority
  readonly raftLimits?: Partial<Limits>
  /** See what the machines do, for traces, metrics, logs, events. */
  readonly observeManager?: (output: ManagerOutput) => void
  readonly observeAgent?: (output: AgentOutput) => void
  readonly trace?: {
    readonly manager: (
      now: Instant,
      input: ManagerInput | { readonly type: "wake" },
      outputs: ReadonlyArray<ManagerOutput>,
    ) => void
    readonly agent: (
      now: Instant,
      input: AgentInput | { readonly type: "wake" },
      outputs: ReadonlyArray<AgentOutput>,
    ) => void
  }
}

/** Links to other nodes. What arrives is given to SwarmNode.receive() with what the sender's certificate says of it. */
export interface Links {
  /** From now on this node is who the identity says, and may be called at its listen address if it is a manager, or was one. Called again after a renewal. */
  readonly open: (identity: Identity) => void
  /**
   * Whether this machine can listen at "ip:port", asked before it becomes a manager: `done` gets the system's reason why not. Left out where a
   * machine has every port to itself.
   */
  readonly tryListen?: (listenAddr: string, done: (why: string | undefined) => void) => void
  /** It belongs to no swarm any more. */
  readonly close: () => void
  /** Never fails; a message may be lost. A message for this very node comes back to it. */
  readonly send: (nodeId: string, envelope: Envelope) => void
  /** Where a manager listens: "ip:port". */
  readonly know: (nodeId: string, addr: string) => void
}

/** Where this node's member of the consensus group keeps what it must not forget. One member at a time. */
export interface MemberStorage {
  /** Everything that is durable. */
  readonly load: () => Stored
  /** `done(true)` once durable, in order; `done(false)`: the disk refused this save and all after it. */
  readonly save: (save: Save, done: (durable: boolean) => void) => void
  /** An entry was applied to the store: for those who keep the objects as rows beside the log. Nothing depends on it. */
  readonly note?: (index: number, changes: ReadonlyArray<Applied>) => void
  /** Forgets everything: the member left its group for good. */
  readonly wipe: () => void
}

/** What the machine knows of itself before anybody unlocks it. */
export type Kept =
  | { readonly state: "none" }
  | { readonly state: "locked" }
  | { readonly state: "open"; readonly identity: Identity }

export interface IdentityStorage {
  readonly load: () => Kept
  /**
   * Replaces what was kept; `durable` is called when it is on disk. With an unlock key, what is secret in it is sealed under the key, and the
   * next process finds it "locked".
   */
  readonly save: (identity: Identity, unlockKey: string | undefined, durable: () => void) => void
  /** Opens what is locked, for this process. Undefined: the wrong key. */
  readonly unlock: (key: string) => Identity | undefined
  readonly wipe: () => void
}

export interface Authority {
  /** A new swarm's root certificate, its tokens, and an unlock key. */
  readonly found: (done: (root: RootCa, secrets: Secrets) => void) => void
  /** The first manager's own certificate, signed with the root's key. `expiry`: nanoseconds. */
  readonly issue: (root: RootCa, admission: Admission, expiry: number, done: (certificate: Certificate) => void) => void
  readonly secrets: (root: RootCa, options: { readonly rotate: boolean }, done: (secrets: Secrets) => void) => void
  /**
   * One attempt to be let in by the manager at `remote` ("ip:port"): fetches the root certificate there, checks it against the token's digest,
   * asks for a certificate with the token's secret. What the manager does: SwarmNode.request {op: "node.admit"}, then sign.
   * Errors: `refused`, the manager's answer; or nobody could be asked (undefined).
   */
  readonly obtain: (ask: Joining, done: (outcome: Obtained) => void) => void
  /**
   * One attempt to have the certificate renewed by any manager known, with what the present one proves. What the manager does:
   * SwarmNode.request {op: "node.renew"}, then sign.
   */
  readonly renew: (identity: Identity, done: (outcome: Obtained) => void) => void
}

export interface Joining {
  readonly remote: string
  readonly token: string
  readonly availability: Availability
  /** The same at every attempt: whoever was admitted at one whose answer was lost is no other node at the next. */
  readonly wish: string
}

export type Obtained = Answer<{ readonly admission: Admission; readonly certificate: Certificate }> | undefined
