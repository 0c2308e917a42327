import { type ApiError, apiError } from "../../core/errors.ts"

/** What Docker says of a machine that cannot do what it is asked (moby daemon/cluster/errors.go). */

export const notPart = apiError(503, "This node is not part of a swarm")

export const alreadyPart = apiError(
  503,
  'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
)

export const timedOut = apiError(
  503,
  'Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the "docker info" command to see the current swarm status of your node.',
)

export const lockedLeave = apiError(
  503,
  "Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message.",
)

export const locked = apiError(
  503,
  'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.',
)

export const notLocked = apiError(409, "swarm is not locked")
export const malformedKey = apiError(400, "invalid key string")
export const wrongKey = apiError(401, "swarm could not be unlocked: invalid key provided")
export const noRemote = apiError(400, "at least one RemoteAddr is required to join")
export const malformedToken = apiError(500, "invalid join token")

/** The port of a manager is taken, or its address is none of this machine's (swarmkit manager/manager.go). `why`: the system's words. */
export const cannotListen = (why: string): ApiError =>
  apiError(500, `manager stopped: failed to listen on remote API address: ${why}`)

export const noManager = apiError(
  503,
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
)

const onlyWay =
  "The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. Use `--force` to suppress this message."

/** Why a manager is not let go without force. `reachable` counts itself. */
export function managerLeaves(managers: { readonly reachable: number; readonly unreachable: number }): ApiError {
  const { reachable, unreachable } = managers
  const participating = "You are attempting to leave the swarm on a node that is participating as a manager. "
  if (reachable === 1 && unreachable === 0) {
    const last =
      "Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. "
    return apiError(503, participating + last)
  }
  const left = `Removing this node leaves ${reachable - 1} managers out of ${reachable + unreachable}. `
  const lost = reachable - 2 <= unreachable ? `${left}Without a Raft quorum your swarm will be inaccessible. ` : ""
  return apiError(503, participating + lost + onlyWay)
}

/** The same, when nobody can tell how many managers there are. */
export const managerLeavesBlindly = apiError(
  503,
  `You are attempting to leave the swarm on a node that is participating as a manager. ${onlyWay}`,
)
