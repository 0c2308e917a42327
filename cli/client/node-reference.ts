import { CliError } from "../errors.ts"
import type { Engine, Filters } from "./engine.ts"

/** What the engine understands for a node that the user named; "self" is the node that answers. */
export async function nodeReference(engine: Engine, ref: string): Promise<string> {
  if (ref !== "self") return ref
  const info = await engine.get<{ readonly Swarm?: { readonly NodeID?: string } }>("/info")
  const id = info.Swarm?.NodeID ?? ""
  if (id !== "") return id
  // Not a node of a swarm: a call that needs one says why.
  await engine.get("/nodes")
  throw new CliError("node ID not found in /info")
}

/** Filters in which `node=self` is the node that answers. */
export const withNodeIds = (engine: Engine, filters: Filters): Promise<Filters> =>
  Promise.all(
    filters.map(async ([key, value]) => [key, key === "node" ? await nodeReference(engine, value) : value] as const),
  )
