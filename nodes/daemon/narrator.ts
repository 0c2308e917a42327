import type { AgentOutput } from "../agent/agent.ts"
import type { ManagerOutput } from "../manager/io.ts"
import type { Log } from "./log.ts"

/** Tells in the log what the machines do: what somebody would want to know who looks for what went wrong. */
export class Narrator {
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  manager(output: ManagerOutput): void {
    if (output.type === "role") {
      const { role, term, leader } = output
      if (role === "leader") this.#log.info("leads", { term })
      else if (leader !== 0) this.#log.info("follows", { term, leader })
      else this.#log.info("without a leader", { term, role })
    } else if (output.type === "applied") {
      for (const change of output.changes) {
        const { table, id } = change
        const how = change.before === undefined ? "created" : change.after === undefined ? "removed" : "updated"
        this.#log.debug("applied", { index: output.index, table, id, how })
      }
    }
  }

  agent(output: AgentOutput): void {
    if (output.type === "session") this.#log.info("session", { manager: output.manager, session: output.session })
    else if (output.type === "session-over") this.#log.info("session over", { manager: output.manager })
    else if (output.type === "task") {
      const { State, Err, Message } = output.status
      const fields = { task: output.taskId, state: State, ...(Err ? { reason: Err } : {}) }
      if (State === "failed" || State === "rejected") this.#log.warn("task", fields)
      else this.#log.debug("task", { ...fields, message: Message })
    }
  }
}
