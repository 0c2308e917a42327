import type { Role } from "../../../core/model/node.ts"
import type { Envelope } from "../../envelope.ts"

/** How a kind of envelope travels, and who may send it. */
interface Kind {
  /** What stands for the kind in a frame. Never given to another kind. */
  readonly tag: number
  readonly from: ReadonlyArray<Role>
}

/** A worker reports to managers, and if it was one, says who they are. It takes no part in consensus, and asks nothing of the control API. */
export const kinds: { readonly [K in Envelope["kind"]]: Kind } = {
  raft: { tag: 1, from: ["manager"] },
  forward: { tag: 2, from: ["manager"] },
  forwarded: { tag: 3, from: ["manager"] },
  agent: { tag: 4, from: ["manager", "worker"] },
  dispatch: { tag: 5, from: ["manager"] },
  logs: { tag: 6, from: ["manager"] },
  join: { tag: 7, from: ["manager"] },
  way: { tag: 8, from: ["manager", "worker"] },
}

const byTag: ReadonlyMap<number, Envelope["kind"]> = new Map(
  (
    ["raft", "forward", "forwarded", "agent", "dispatch", "logs", "join", "way"] as const satisfies ReadonlyArray<
      Envelope["kind"]
    >
  ).map((kind) => [kinds[kind].tag, kind]),
)

export const kindOf = (tag: number): Envelope["kind"] | undefined => byTag.get(tag)

export const maySend = (role: Role, kind: Envelope["kind"]): boolean => kinds[kind].from.includes(role)
