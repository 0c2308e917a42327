import type { Document, Field, MappingNode, Node, ScalarNode } from "./document.ts"
import { placeAt } from "./document.ts"
import type { ComposeError } from "./errors.ts"
import { quote } from "./go/quote.ts"
import { castFor } from "./interpolate/casts.ts"
import { type Environment, type Lookup, lookupIn } from "./interpolate/lookup.ts"
import { substitute } from "./interpolate/template.ts"

interface State {
  readonly document: Document
  readonly lookup: Lookup
  readonly errors: Array<ComposeError>
}

/**
 * Replaces variables in every string value of the document, never in keys. A string that changed is cast where the
 * format wants a number or a boolean there. All errors are collected, the first is the one Docker could have shown.
 */
export const interpolate = (
  document: Document,
  env: Environment,
): { readonly document: Document; readonly errors: ReadonlyArray<ComposeError> } => {
  const state: State = { document, lookup: lookupIn(env), errors: [] }
  const root = interpolateMapping(state, document.root, [])
  return { document: { ...document, root }, errors: state.errors }
}

const interpolateMapping = (state: State, node: MappingNode, path: ReadonlyArray<string>): MappingNode => {
  const fields = new Map<string, Field>()
  for (const [key, field] of node.fields) {
    fields.set(key, { keyAt: field.keyAt, node: interpolateNode(state, field.node, [...path, key]) })
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
  const result = substitute(text, state.lookup)
  if ("invalid" in result) {
    return fail(
      `invalid interpolation format for ${path}: ${quote(result.invalid)}; you may need to escape any $ with another $`,
    )
  }
  if (result.text === text) return node
  const cast = castFor(path)
  if (cast === undefined) return { ...node, value: result.text }
  const value = cast(result.text)
  if ("error" in value) {
    return fail(`error while interpolating ${path}: failed to cast to expected type: ${value.error}`)
  }
  return { ...node, value: value.value }
}
