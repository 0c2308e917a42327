import { at, type Engine } from "../client/engine.ts"
import { CliError, isNotFound, ResponseError } from "../errors.ts"

/** A machine of a simulated cluster. Port is where its API listens, if it has one. */
export interface Machine {
  readonly Name: string
  /** Empty for a machine that belongs to no swarm. */
  readonly Role: "manager" | "worker" | ""
  readonly State: "running" | "crashed"
  readonly Port?: number
  readonly Leader?: boolean
  /** Its IP address among the machines. */
  readonly Address?: string
}

export interface NewMachine {
  readonly Name: string
  readonly NanoCPUs?: number
  readonly MemoryBytes?: number
  readonly Labels?: Readonly<Record<string, string>>
}

/** What only a simulated cluster answers, beside the Engine API. */
export const machines = (engine: Engine, host: string) => ({
  list: () => asking(host, engine.get<ReadonlyArray<Machine>>("/drydock/machines")),
  crash: (name: string) => asking(host, engine.post(at("drydock/machines", name, "/crash"))),
  stop: (name: string) => asking(host, engine.post(at("drydock/machines", name, "/stop"))),
  start: (name: string) => asking(host, engine.post(at("drydock/machines", name, "/start"))),
  create: (machine: NewMachine) => asking(host, engine.post<Machine>("/drydock/machines", { body: machine })),
  remove: (name: string) => asking(host, engine.delete(at("drydock/machines", name))),
  cut: (a: string, b?: string) =>
    asking(host, engine.post("/drydock/network/cut", { body: b === undefined ? { A: a } : { A: a, B: b } })),
  heal: () => asking(host, engine.post("/drydock/network/heal")),
})

/** An engine that is not a simulation does not know the path; other errors are the simulation's own words. */
async function asking<A>(host: string, answer: Promise<A>): Promise<A> {
  try {
    return await answer
  } catch (error) {
    if (isNotFound(error) && error instanceof ResponseError && /page not found$/.test(error.message)) {
      throw new CliError(
        `${host} is not a simulated cluster: its machines cannot be crashed or cut off. try: drydock sim`,
      )
    }
    throw error instanceof ResponseError
      ? new CliError(error.message.replace(/^Error response from daemon: /, ""))
      : error
  }
}
