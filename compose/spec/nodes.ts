import type { Document, Field, MappingNode, Node, Scalar, SequenceNode } from "../document.ts"
import type { Position, Source } from "../errors.ts"

/* Trees are values: every change makes a new one, in which each part keeps its place in the file it came from. */

export const scalarNode = (at: Position, value: Scalar): Node => ({ kind: "scalar", at, value })

export const sequenceNode = (at: Position, items: ReadonlyArray<Node>): SequenceNode => ({
  kind: "sequence",
  at,
  items,
})

export const mappingNode = (at: Position, fields: ReadonlyMap<string, Field> = new Map()): MappingNode => ({
  kind: "mapping",
  at,
  fields,
})

/** A mapping of plain values, all at one place. */
export const mappingOf = (at: Position, values: Readonly<Record<string, Scalar>>): MappingNode =>
  mappingNode(
    at,
    new Map(Object.entries(values).map(([key, value]) => [key, { keyAt: at, node: scalarNode(at, value) }])),
  )

export const fieldsOf = (node: Node | undefined): ReadonlyMap<string, Field> =>
  node?.kind === "mapping" ? node.fields : new Map()

export const itemsOf = (node: Node | undefined): ReadonlyArray<Node> => (node?.kind === "sequence" ? node.items : [])

export const child = (node: Node | undefined, key: string): Node | undefined => fieldsOf(node).get(key)?.node

export const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined

export const has = (node: Node | undefined, key: string): boolean => fieldsOf(node).has(key)

export const withField = (node: MappingNode, key: string, value: Node): MappingNode => {
  const keyAt = node.fields.get(key)?.keyAt ?? value.at
  return { ...node, fields: new Map([...node.fields, [key, { keyAt, node: value }]]) }
}

export const withoutField = (node: MappingNode, key: string): MappingNode => {
  const fields = new Map(node.fields)
  fields.delete(key)
  return { ...node, fields }
}

/** Fields for which `change` gives nothing go. */
export const mapFields = (node: MappingNode, change: (node: Node, key: string) => Node | undefined): MappingNode => ({
  ...node,
  fields: new Map(
    [...node.fields].flatMap(([key, field]) => {
      const changed = change(field.node, key)
      return changed === undefined ? [] : [[key, { keyAt: field.keyAt, node: changed }]]
    }),
  ),
})

/** Changes one field if it is there. */
export const changeField = (node: MappingNode, key: string, change: (node: Node) => Node | undefined): MappingNode => {
  const present = child(node, key)
  if (present === undefined) return node
  const changed = change(present)
  return changed === undefined ? withoutField(node, key) : withField(node, key, changed)
}

const locateAt = (source: Source, at: Position): Position => ({ line: at.line, column: at.column, source })

const locate = (source: Source, node: Node): Node => {
  const at = locateAt(source, node.at)
  if (node.kind === "sequence") return { ...node, at, items: node.items.map((item) => locate(source, item)) }
  if (node.kind === "mapping") return locateMapping(source, node)
  return { ...node, at }
}

const locateMapping = (source: Source, node: MappingNode): MappingNode => ({
  ...node,
  at: locateAt(source, node.at),
  fields: new Map(
    [...node.fields].map(([key, field]) => [
      key,
      { keyAt: locateAt(source, field.keyAt), node: locate(source, field.node) },
    ]),
  ),
})

/** A document whose every place says which file it is in, so that it may be joined with others. */
export const located = (document: Document): Document => ({
  ...document,
  root: locateMapping({ file: document.file, lines: document.lines }, document.root),
})
