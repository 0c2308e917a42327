import type { Place, Position } from "./errors.ts"

/** A YAML float. Kept apart from integers because Go prints 1e6 and 1000000 differently. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** A YAML date or timestamp, in the two texts Go gives it. */
export class Timestamp {
  /** fmt's %v, e.g. `2020-01-02 00:00:00 +0000 UTC`: what labels and environment show */
  readonly text: string
  /** what encoding/json makes of it: what the schema sees */
  readonly rfc3339: string
  constructor(text: string, rfc3339: string) {
    this.text = text
    this.rfc3339 = rfc3339
  }
}

/** number: an integer that a double holds exactly; bigint: a larger one (up to 64 bit). */
export type Scalar = null | boolean | string | number | bigint | Float | Timestamp

/** Instructions to whoever merges files by the Compose Specification; `docker stack` does not know them. */
export type Tag = "!reset" | "!override"

export interface ScalarNode {
  readonly kind: "scalar"
  readonly at: Position
  readonly tag?: Tag
  readonly value: Scalar
}
export interface SequenceNode {
  readonly kind: "sequence"
  readonly at: Position
  readonly tag?: Tag
  readonly items: ReadonlyArray<Node>
}
export interface Field {
  readonly keyAt: Position
  readonly node: Node
}
/** Fields in the order of the file, explicit ones before merged (`<<`) ones. */
export interface MappingNode {
  readonly kind: "mapping"
  readonly at: Position
  readonly tag?: Tag
  readonly fields: ReadonlyMap<string, Field>
}
/** A mapping with a key that is not a string. Docker carries it along unseen until the schema step refuses it. */
export interface OpaqueNode {
  readonly kind: "opaque"
  readonly at: Position
  readonly tag?: undefined
}
export type Node = ScalarNode | SequenceNode | MappingNode | OpaqueNode

/** A parsed compose file: every node knows its position. */
export interface Document {
  readonly file: string
  readonly lines: ReadonlyArray<string>
  readonly root: MappingNode
}

export type Path = ReadonlyArray<string | number>

export const placeAt = (document: Pick<Document, "file" | "lines">, at: Position): Place => {
  const { file, lines } = at.source ?? document
  return { file, line: at.line, column: at.column, source: lines[at.line - 1] ?? "" }
}

const childOf = (node: Node | undefined, key: string | number): Node | undefined => {
  if (node?.kind === "mapping") return node.fields.get(String(key))?.node
  if (node?.kind === "sequence") return node.items[Number(key)]
  return undefined
}

export const nodeAt = (root: Node, path: Path): Node | undefined =>
  path.reduce<Node | undefined>((node, key) => childOf(node, key), root)

/** The position of the deepest node on the path that exists: of its key where it has one, else of its value. */
export const positionOf = (root: Node, path: Path): Position => {
  let node: Node | undefined = root
  let at = root.at
  for (const key of path) {
    const field: Field | undefined = node?.kind === "mapping" ? node.fields.get(String(key)) : undefined
    node = field ? field.node : childOf(node, key)
    if (node === undefined) return at
    at = field ? field.keyAt : node.at
  }
  return at
}

export const mappingOf = (node: Node | undefined): ReadonlyMap<string, Field> =>
  node?.kind === "mapping" ? node.fields : new Map()

export const isNull = (node: Node): boolean => node.kind === "scalar" && node.value === null
