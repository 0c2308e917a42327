import { Configuration } from "./configuration.ts"
import type { ChangeError } from "./io.ts"
import type { MemberId } from "./types.ts"

export type ConfigurationChange =
  /** A voter at once. A learner must have caught up. */
  | { readonly type: "add-voter"; readonly id: MemberId }
  | { readonly type: "add-learner"; readonly id: MemberId }
  /** A learner now, a voter as soon as it has caught up: the way to grow a group that must not stop meanwhile. */
  | { readonly type: "join"; readonly id: MemberId }
  /** A voter that decides no longer and still gets the log. */
  | { readonly type: "demote"; readonly id: MemberId }
  /** For good: its id is not used again. */
  | { readonly type: "remove"; readonly id: MemberId }

/**
 * The configuration after all of these, or the first reason why not. One voter more or less: the next configuration itself, as any majority of
 * the one shares a member with any of the other. More: a joint one, which must be left by leaveJoint() (§6).
 */
export function changeConfiguration(
  before: Configuration,
  changes: ReadonlyArray<ConfigurationChange>,
): Configuration | ChangeError {
  const draft = new Draft(before)
  for (const change of changes) {
    const error = draft.apply(change)
    if (error !== undefined) return error
  }
  return draft.finish()
}

class Draft {
  readonly #before: Configuration
  readonly #voters: Set<MemberId>
  readonly #learners: Set<MemberId>
  readonly #joining: Set<MemberId>
  readonly #removed: Set<MemberId>
  readonly #demoted = new Set<MemberId>()

  constructor(before: Configuration) {
    this.#before = before
    this.#voters = new Set(before.voters)
    this.#learners = new Set(before.learners)
    this.#joining = new Set(before.joining)
    this.#removed = new Set(before.removed)
  }

  apply({ type, id }: ConfigurationChange): ChangeError | undefined {
    if (this.#removed.has(id)) return "the id was removed and is not used again"
    const isVoter = this.#voters.has(id)
    const isLearner = this.#learners.has(id) || this.#demoted.has(id)
    if (type === "remove" || type === "demote") {
      if (!isVoter && !(type === "remove" && isLearner)) return "not a member"
      this.#drop(id)
      if (type === "remove") this.#removed.add(id)
      else this.#demoted.add(id)
      return undefined
    }
    if (isVoter || (isLearner && type === "add-learner")) return "already a member"
    this.#drop(id)
    if (type === "add-voter") this.#voters.add(id)
    else this.#learners.add(id)
    if (type === "join") this.#joining.add(id)
    return undefined
  }

  finish(): Configuration | ChangeError {
    if (this.#voters.size === 0) return "no voter would be left"
    const { voters: outgoing } = this.#before
    const left = outgoing.filter((id) => !this.#voters.has(id))
    const came = [...this.#voters].filter((id) => !outgoing.includes(id))
    const common = { voters: [...this.#voters], joining: [...this.#joining] }
    if (left.length + came.length <= 1) {
      return new Configuration({
        ...common,
        learners: [...this.#learners, ...this.#demoted],
        removed: [...this.#removed],
      })
    }
    const removed = [...this.#removed].filter((id) => !outgoing.includes(id))
    const learners = [...this.#learners].filter((id) => !outgoing.includes(id))
    const demoted = [...this.#demoted, ...this.#learners].filter((id) => outgoing.includes(id))
    const joining = common.joining.filter((id) => learners.includes(id))
    return new Configuration({ ...common, outgoing, joining, learners, demoted, removed })
  }

  #drop(id: MemberId): void {
    for (const set of [this.#voters, this.#learners, this.#joining, this.#demoted]) set.delete(id)
  }
}

/** What follows a joint configuration once that is committed: the new voters decide alone. */
export function leaveJoint({ voters, outgoing, learners, joining, demoted, removed }: Configuration): Configuration {
  const gone = outgoing.filter((id) => !voters.includes(id) && !demoted.includes(id))
  return new Configuration({ voters, learners: [...learners, ...demoted], joining, removed: [...removed, ...gone] })
}
