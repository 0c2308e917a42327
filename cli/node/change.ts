import type { NodeSpec } from "../../core/model/index.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Node } from "../client/types.ts"

/** Changes the spec of each node in turn and stops at the first error; a node for which `edit` has no new spec is left alone. */
export async function changeNodes(
  cli: Cli,
  names: ReadonlyArray<string>,
  edit: (node: Node) => NodeSpec | undefined,
  done: (name: string) => string,
): Promise<void> {
  for (const name of names) {
    const node = await cli.engine.get<Node>(at("nodes", name))
    const spec = edit(node)
    if (spec === undefined) continue
    await cli.engine.post(at("nodes", node.ID, "/update"), { query: { version: node.Version.Index }, body: spec })
    cli.out(`${done(name)}\n`)
  }
}
