import type { HardState, MemberId, RaftStatus } from "../../../raft/index.ts"
import type { Checker, MemberView, Observation } from "../observation.ts"

/**
 * offset <= snapshot <= commit, delivered <= commit <= last and durable <= last; 0 <= match < next; within a life term, commit and delivered never go back, a vote
 * is never taken back; and the term on disk never goes back, crashes included.
 */
export class Monotonic implements Checker {
  readonly name = "monotonic"
  readonly #before = new Map<MemberId, RaftStatus>()
  readonly #disk = new Map<MemberId, HardState>()

  observe(event: Observation): string | undefined {
    const { member } = event
    const problem = this.#checkDisk(member)
    if (problem !== undefined) return problem
    if (event.type === "asked") return undefined
    if (event.type === "crashed") {
      this.#before.delete(member.id)
      return undefined
    }
    const { status } = event
    const before = this.#before.get(member.id)
    this.#before.set(member.id, status)
    return checkOrder(status, member) ?? (before === undefined ? undefined : checkForward(before, status))
  }

  #checkDisk({ id, disk }: MemberView): string | undefined {
    const before = this.#disk.get(id)
    const { hardState } = disk
    this.#disk.set(id, hardState)
    if (before === undefined || before === hardState) return undefined
    const changedVote = before.term === hardState.term && before.vote !== 0 && before.vote !== hardState.vote
    if (hardState.term >= before.term && hardState.commit >= before.commit && !changedVote) return undefined
    return `the disk of member ${id} went from ${JSON.stringify(before)} to ${JSON.stringify(hardState)}`
  }
}

function checkOrder(status: RaftStatus, member: MemberView): string | undefined {
  const { id, offset, snapshotIndex, delivered, commit, durable, lastIndex, progress } = status
  const ordered =
    offset <= snapshotIndex &&
    snapshotIndex <= commit &&
    delivered <= commit &&
    delivered <= durable &&
    commit <= lastIndex &&
    durable <= lastIndex
  const followers = progress.every(({ match, next }) => 0 <= match && match < next && next <= lastIndex + 1)
  if (!ordered || !followers) return `member ${id} is out of order: ${JSON.stringify(status)}`
  if (member.log.lastIndex === lastIndex && member.disk.lastIndex >= durable) return undefined
  return `member ${id} says it has ${lastIndex} entries, ${durable} of them durable; its saves hold ${member.log.lastIndex}, its disk ${member.disk.lastIndex}`
}

function checkForward(before: RaftStatus, after: RaftStatus): string | undefined {
  const changedVote = before.term === after.term && before.vote !== 0 && before.vote !== after.vote
  const forward = before.term <= after.term && before.commit <= after.commit && before.delivered <= after.delivered
  if (forward && !changedVote) return undefined
  return `member ${after.id} went from ${JSON.stringify(before)} to ${JSON.stringify(after)}`
}
