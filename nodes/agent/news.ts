import type { IngressRoute } from "../ingress/routes.ts"
import type { ManagerAddress, Wanted } from "../protocol.ts"
import type { Connection } from "./connection.ts"
import type { AgentOutput } from "./io.ts"

/** What the managers last said of themselves, of what they want and of what is published, so that the node is told what is new of it. */
export class News {
  #managers: ReadonlyArray<ManagerAddress>
  #wanted: Wanted | undefined
  #routes: ReadonlyArray<IngressRoute> | undefined

  constructor(managers: ReadonlyArray<ManagerAddress>) {
    this.#managers = managers
  }

  /** What is new since the last time. */
  take({ managers, wanted, routes }: Pick<Connection, "managers" | "wanted" | "routes">): ReadonlyArray<AgentOutput> {
    const outputs: Array<AgentOutput> = []
    if (routes !== undefined && routes !== this.#routes) outputs.push({ type: "routes", routes })
    this.#routes = routes
    if (managers !== this.#managers && !sameManagers(managers, this.#managers))
      outputs.push({ type: "managers", managers })
    this.#managers = managers
    if (wanted === undefined) return outputs
    if (!sameWanted(wanted, this.#wanted)) outputs.push({ type: "wanted", wanted })
    this.#wanted = wanted
    return outputs
  }
}

const sameWanted = (a: Wanted, b: Wanted | undefined): boolean =>
  a.role === b?.role && a.root === b.root && a.rotating === b.rotating

const sameManagers = (a: ReadonlyArray<ManagerAddress>, b: ReadonlyArray<ManagerAddress>): boolean =>
  a.length === b.length && a.every((one, i) => one.nodeId === b[i]?.nodeId && one.addr === b[i].addr)
