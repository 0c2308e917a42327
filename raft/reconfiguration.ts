import { type Configuration, encodeConfiguration } from "./configuration.ts"
import type { ChangeError } from "./io.ts"
import { type ConfigurationChange, changeConfiguration, leaveJoint } from "./membership.ts"
import { appendOwn } from "./replication.ts"
import { becomeFollower, stop } from "./roles.ts"
import type { State } from "./state.ts"
import { mostUpToDate, yieldTo } from "./transfer.ts"
import { type Index, type MemberId, none } from "./types.ts"

/** On a leader. Returns the index of the entry that brings the change. */
export function proposeChange(state: State, changes: ReadonlyArray<ConfigurationChange>): Index | ChangeError {
  const { log, configuration } = state
  if (log.configurations.latestIndex > log.commit || configuration.joint) return "another change is under way"
  // A leader that has committed nothing yet may not know of a change that another left behind.
  if (log.commit < state.termStart) return "nothing of this term is committed yet"
  for (const { type, id } of changes) {
    if (type === "add-voter" && configuration.learners.includes(id) && !hasCaughtUp(state, id)) return "not caught up"
  }
  const next = changeConfiguration(configuration, changes)
  return typeof next === "string" ? next : append(state, next)
}

/** Ends each step: what a committed configuration asks for is done. Cheap while there is nothing. */
export function followConfiguration(state: State): void {
  const { configuration, log } = state
  if (state.settled === configuration || log.configurations.latestIndex > log.commit) return
  if (configuration.removed.includes(state.id)) {
    if (state.role === "leader") farewell(state)
    stop(state)
  } else if (state.role !== "leader") {
    // Who leads next finds out what is left to do.
  } else if (log.commit < state.termStart) {
    return
  } else if (configuration.joint) {
    append(state, leaveJoint(configuration))
    return
  } else if (!configuration.isVoter(state.id)) {
    farewell(state)
    becomeFollower(state, state.term, none)
  } else {
    tellRemoved(state)
    if (configuration.joining.length > 0) {
      promote(state)
      return
    }
  }
  state.settled = configuration
}

/** A learner that has caught up gets its vote; one at a time, so that the change is a simple one. */
function promote(state: State): void {
  const ready = state.configuration.joining.find((id) => hasCaughtUp(state, id))
  if (ready === undefined || state.transfer !== undefined) return
  const next = changeConfiguration(state.configuration, [{ type: "add-voter", id: ready }])
  if (typeof next !== "string") append(state, next)
}

/** Whether the group would not have to wait for it: it lacks little, and was heard of lately. */
function hasCaughtUp(state: State, id: MemberId): boolean {
  const progress = state.progress.get(id)
  if (progress === undefined || progress.state !== "replicate") return false
  const lately = state.now - progress.heardAt < state.timing.election_ms_min
  return lately && progress.match >= state.log.commit - state.limits.promotionLag_entries
}

function append(state: State, configuration: Configuration): Index {
  state.metrics.configurationChanges++
  return appendOwn(state, encodeConfiguration(configuration), "configuration")
}

/** A leader that no longer belongs to the voters helps another to take over at once (dissertation, §4.2.2). */
function farewell(state: State): void {
  tellRemoved(state)
  const next = mostUpToDate(state)
  const progress = state.progress.get(next)
  if (progress !== undefined) yieldTo(state, next, progress)
}

/** Who left while this member led does not get the entry that says so. Those whom this misses are told when they ask. */
function tellRemoved(state: State): void {
  for (const id of state.departed) {
    if (id !== state.id && state.configuration.removed.includes(id))
      state.outbox.send(id, { type: "removed", term: state.term })
  }
  state.departed.clear()
}
