import type { Node } from "./node.ts"

/** What a node is called in what people read: the beginning of its ID until it has said its name. */
export const nodeName = ({ ID, Description }: Pick<Node, "ID" | "Description">): string =>
  Description.Hostname || ID.slice(0, 12)
