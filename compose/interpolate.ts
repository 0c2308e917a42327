import type { Dialect } from "./dialect.ts"
import type { Document, Field, MappingNode, Node, ScalarNode } from "./document.ts"
import { placeAt } from "./document.ts"
import type { ComposeError } from "./errors.ts"
import { quote } from "./go/quote.ts"
import { castFor } from "./interpolate/casts.ts"
import type { Lookup } from "./interpolate/lookup.ts"
import { expandNested } from "./interpolate/nested.ts"
import { substitute } from "./interpolate/template.ts"

interface State {
  readonly document: Document
  readonly dialect: Dialect
  readonly lookup: Lookup
  readonly errors: Array<ComposeError>
  readonly warnings: Array<string>
}

export interface Interpolated {
  readonly document: Document
  readonly errors: ReadonlyArray<ComposeError>
  /** variables that are not set, where the dialect mentions them */
  readonly warnings: ReadonlyArray<string>
}

/**
 * Replaces variables in every string value of the document, never in keys. A string that changed is cast where the
 * format wants a number or a boolean there. All errors are collected, the first is the one Docker could have shown.
 */
export const interpolate = (document: Document, lookup: Lookup, dialect: Dialect): Interpolated => {
  const state: State = { document, dialect, lookup, errors: [], warnings: [] }
  const root = interpolateMapping(state, document.root, [])
  return { document: { ...document, root }, errors: state.errors, warnings: state.warnings }
}

/** Most of a file has no variable in it and stays the very same tree. */
const hasDollar = (node: Node): boolean => {
  if (node.kind === "scalar") return typeof node.value === "string" && node.value.includes("$")
  if (node.kind === "sequence") return node.items.some(hasDollar)
  if (node.kind === "opaque") return false
  for (const field of node.fields.values()) if (hasDollar(field.node)) return true
  return false
}

const interpolateMapping = (state: State, node: MappingNode, path: ReadonlyArray<string>): MappingNode => {
  const fields = new Map<string, Field>()
  for (const [key, field] of node.fields) {
    fields.set(
      key,
      hasDollar(field.node) ? { keyAt: field.keyAt, node: interpolateNode(state, field.node, [...path, key]) } : field,
    )
  }
  return { ...node, fields }
}

const interpolateNode = (state: State, node: Node, path: ReadonlyArray<string>): Node => {
  switch (node.kind) {
    case "mapping":
      return interpolateMapping(state, node, path)
    case "sequence": {
      // Docker writes every index as [], in its messages too.
      const itemPath = [...path, "[]"]
      return { ...node, items: node.items.map((item) => interpolateNode(state, item, itemPath)) }
    }
    case "scalar":
      return typeof node.value === "string" ? interpolateText(state, node, node.value, path.join(".")) : node
    case "opaque":
      return node
  }
}

const interpolateText = (state: State, node: ScalarNode, text: string, path: string): ScalarNode => {
  const fail = (message: string): ScalarNode => {
    state.errors.push({ kind: "interpolation", message, place: placeAt(state.document, node.at) })
    return node
  }
  const result = state.dialect === "swarm" ? swarmText(state, text, path) : specText(state, text, path)
  if ("error" in result) return fail(result.error)
  if (result.text === text) return node
  const cast = castFor(path, state.dialect)
  if (cast === undefined) return { ...node, value: result.text }
  const value = cast(result.text)
  if ("error" in value) {
    return fail(`error while interpolating ${path}: failed to cast to expected type: ${value.error}`)
  }
  return { ...node, value: value.value }
}

type Outcome = { readonly text: string } | { readonly error: string }

const swarmText = (state: State, text: string, path: string): Outcome => {
  const result = substitute(text, state.lookup)
  if (!("invalid" in result)) return result
  const quoted = quote(result.invalid)
  return { error: `invalid interpolation format for ${path}: ${quoted}; you may need to escape any $ with another $` }
}

const specText = (state: State, text: string, path: string): Outcome => {
  const result = expandNested(text, state.lookup, (variable) => {
    const warning = `The ${quote(variable)} variable is not set. Defaulting to a blank string.`
    if (!state.warnings.includes(warning)) state.warnings.push(warning)
  })
  if ("text" in result) return result
  if ("missing" in result) return { error: `error while interpolating ${path}: ${result.missing}` }
  return {
    error: `invalid interpolation format for ${path}.\nYou may need to escape any $ with another $.\n${result.invalid}`,
  }
}
