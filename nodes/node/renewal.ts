import * as Result from "effect/Result"
import { type Instant, type Millis, seconds } from "../../core/instant.ts"
import type { MemberId } from "../../raft/index.ts"
import type { Wanted } from "../protocol.ts"
import type { Identity } from "./identity.ts"
import type { Platform } from "./platform.ts"

/** Between two attempts, and how long one may take before it is made again. */
const retry_ms = seconds(1)
const attempt_ms = seconds(5)
/** How long a node has had no session when it asks, and how often it then does: only about every so long, as all nodes may be without one. */
const lost_ms = seconds(60)

export interface RenewalOptions {
  readonly identity: () => Identity | undefined
  readonly renewed: (identity: Identity) => void
}

/**
 * Keeps a node's certificate what it should be: renewed between half and four fifths of its life (swarmkit ca/renewer.go), and at once when
 * the managers want another role or another root in it.
 */
export class Renewal {
  readonly #platform: Platform
  readonly #options: RenewalOptions
  readonly #set: (at: Instant | undefined) => void
  #wanted: Wanted | undefined
  /** A renewal is asked for, and by which attempt. */
  #attempt = 0
  #asking = false
  /** The member that was taken out of its group: being a manager means to have another one. */
  #former: MemberId | undefined
  #outOfGroup = false
  /** The node has had no session for long. */
  #lost = false
  readonly #setLost: (at: Instant | undefined) => void

  constructor(platform: Platform, options: RenewalOptions) {
    this.#platform = platform
    this.#options = options
    this.#set = platform.alarm(() => this.#ask())
    this.#setLost = platform.alarm(() => {
      this.#lost = true
      if (!this.#asking) this.#ask()
    })
  }

  /** The node has an identity: it will want a new certificate some time. */
  begin(): void {
    this.#schedule()
    this.noSession()
  }

  /**
   * The node has no session. If that lasts, it asks who the managers are: links find a node by its ID, but who signs may be any manager, also
   * one that is another node than was known under its address.
   */
  noSession(): void {
    this.#setLost(this.#platform.now() + this.#later(lost_ms))
  }

  session(): void {
    this.#lost = false
    this.#setLost(undefined)
  }

  stop(): void {
    this.#attempt++
    this.#asking = false
    this.#wanted = undefined
    this.#outOfGroup = false
    this.#former = undefined
    this.session()
    this.#set(undefined)
  }

  /** What the managers want of this node. */
  wanted(wanted: Wanted): void {
    this.#wanted = wanted
    if (this.#isDue()) this.#ask()
  }

  /** The node's member `former` was taken out of the consensus group: it asks what it is now, until it is told something new. */
  outOfGroup(former: MemberId | undefined): void {
    this.#former = former ?? this.#former
    this.#outOfGroup = true
    if (!this.#asking) this.#ask()
  }

  /** Whether the certificate, or the member, is another than is wanted. */
  #isDue(): boolean {
    const identity = this.#options.identity()
    if (identity === undefined) return false
    if (this.#outOfGroup) return true
    const wanted = this.#wanted
    if (wanted === undefined) return false
    const { digest, transitional = false } = identity.certificate
    const trustsTooMany = transitional && wanted.rotating !== true
    return wanted.role !== identity.role || (wanted.root ?? digest) !== digest || trustsTooMany
  }

  #schedule(): void {
    const identity = this.#options.identity()
    if (identity === undefined) return
    if (this.#isDue()) {
      this.#set(this.#platform.now() + retry_ms)
      return
    }
    const { issuedAt, expiresAt } = identity.certificate
    const share = 0.5 + 0.3 * this.#platform.random.next()
    this.#set(Math.max(this.#platform.now() + retry_ms, Math.round(issuedAt + share * (expiresAt - issuedAt))))
  }

  #ask(): void {
    const identity = this.#options.identity()
    if (identity === undefined) return
    const attempt = ++this.#attempt
    this.#asking = true
    this.#set(this.#platform.now() + attempt_ms)
    this.#platform.authority.renew(identity, (outcome) => {
      if (attempt !== this.#attempt) return
      this.#asking = false
      const current = this.#options.identity()
      if (current === undefined) return
      if (outcome === undefined || Result.isFailure(outcome)) {
        const patient = this.#lost && !this.#isDue()
        this.#set(this.#platform.now() + (patient ? this.#later(lost_ms) : retry_ms))
        return
      }
      this.#take(current, outcome.success)
    })
  }

  #take(current: Identity, { admission, certificate }: Pick<Identity, "certificate"> & { admission: Granted }): void {
    const { role, managers } = admission
    const isOld = role === "manager" && this.#outOfGroup && admission.raftId === this.#former
    if (role === "worker" || !isOld) this.#outOfGroup = false
    const { raftId: _, founding, wasManager, ...rest } = current
    const raftId = isOld || role === "worker" ? undefined : admission.raftId
    const ruled = wasManager === true || current.role === "manager"
    this.#options.renewed({
      ...rest,
      role: isOld ? current.role : role,
      certificate,
      managers: managers.length > 0 ? managers : current.managers,
      ...(raftId !== undefined && { raftId }),
      ...(role === "worker" && ruled && { wasManager: true as const }),
      ...(founding !== undefined && raftId === current.raftId && { founding }),
    })
    this.#schedule()
    if (this.#lost) this.noSession()
  }

  #later(span: Millis): Millis {
    return Math.round(span * (0.75 + 0.5 * this.#platform.random.next()))
  }
}

type Granted = Pick<Identity, "role" | "raftId" | "managers">
