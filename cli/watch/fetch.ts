import type { ClusterStatus } from "../../nodes/status.ts"
import type { Engine } from "../client/engine.ts"
import { CliError, isNotFound } from "../errors.ts"
import type { PastAsk, PastLook } from "./app/moments.ts"

/** A manager that has not answered by then is not going to. */
const patience_ms = 5_000

/** Asks a manager for the cluster's status. Fails with CliError: unreachable, silent, or no manager of ours. */
export async function fetchStatus(engine: Engine, host: string): Promise<ClusterStatus> {
  const stranger = `${host} answers, but not as a Drydock manager: it has no /drydock/status`
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CliError(`${host} does not answer`)), patience_ms)
  })
  try {
    const answer = await Promise.race([engine.get<unknown>("/drydock/status"), silence])
    if (!isStatus(answer)) throw new CliError(stranger)
    return answer
  } catch (error) {
    throw isNotFound(error) ? new CliError(stranger) : error
  } finally {
    clearTimeout(timer)
  }
}

/** The cluster as it was, of a simulation. Fails with what the manager says: that moment is not known, or is still to come. */
export async function fetchPast(engine: Engine, ask: PastAsk): Promise<PastLook> {
  const answer = await engine.get<unknown>("/drydock/sim/history", { query: { ...ask } })
  const look: Readonly<Record<string, unknown>> = typeof answer === "object" && answer !== null ? { ...answer } : {}
  const { Event, At, End, Status } = look
  const end: Readonly<Record<string, unknown>> = typeof End === "object" && End !== null ? { ...End } : {}
  if (typeof Event !== "number" || typeof At !== "number" || !isStatus(Status))
    throw new CliError("no past in the answer")
  if (typeof end.Event !== "number" || typeof end.At !== "number") throw new CliError("no past in the answer")
  return { event: Event, at: At, end: { event: end.Event, at: end.At }, status: Status }
}

const lists = ["managers", "nodes", "services", "tasks", "events"] as const

/** That the parts are there; what is in them is the manager's word. */
function isStatus(answer: unknown): answer is ClusterStatus {
  if (typeof answer !== "object" || answer === null) return false
  const parts: Readonly<Record<string, unknown>> = { ...answer }
  return typeof parts.now === "number" && lists.every((name) => Array.isArray(parts[name]))
}
