import { bad, good, type Parsed } from "../parsed.ts"
import { functions, headerFunctions, TemplateError, type TemplateFunction } from "./functions.ts"
import { type Call, type Expression, type Nodes, type Pipeline, parse } from "./parse.ts"
import { goPrint, isTrue } from "./print.ts"

export { functions, headerFunctions }

export interface RunOptions {
  /** Go's name of the data's type, for messages. */
  readonly type: string
  /** Whether a field that the data does not have is an error; else it is no value. Only the data's own fields are held to it. */
  readonly strict?: boolean
  /** How that error is worded: as of a Go struct ("type", what is usual), or as of a map. */
  readonly missing?: "type" | "key"
  /** Objects inside the data that are held to it too, with Go's names of their types. */
  readonly types?: ReadonlyMap<unknown, string>
  /** Take the place of functions of the same name. */
  readonly functions?: ReadonlyMap<string, TemplateFunction>
}

export interface Template {
  run(data: unknown, options: RunOptions): Parsed<string>
}

export interface CompileOptions {
  /** Shown in messages; docker's formats have none. */
  readonly name?: string
  /** Those that the template may use: docker's formats may use all that are known here. */
  readonly functions?: ReadonlyMap<string, TemplateFunction>
}

/** Reads a Go template as far as docker's formats use them: fields, variables, pipelines, functions, if, with, range. */
export function compile(source: string, options: CompileOptions = {}): Parsed<Template> {
  const { name = "" } = options
  const known = options.functions ?? functions
  const nodes = parse(source, (word) => known.has(word), name)
  if (!nodes.ok) return nodes
  return good({
    run(data, more) {
      try {
        const run = new Run(data, { ...more, functions: more.functions ?? known }, source, name)
        return good(run.nodes(nodes.value, data, new Map([["$", data]])))
      } catch (error) {
        if (error instanceof TemplateError) return bad(`template: ${error.message}`)
        throw error
      }
    },
  })
}

type Variables = ReadonlyMap<string, unknown>

class Run {
  readonly #root: unknown
  readonly #options: RunOptions
  readonly #source: string
  readonly #name: string

  constructor(root: unknown, options: RunOptions, source: string, name: string) {
    this.#root = root
    this.#options = options
    this.#source = source
    this.#name = name
  }

  nodes(nodes: Nodes, dot: unknown, outer: Variables): string {
    const variables = new Map(outer)
    let text = ""
    for (const node of nodes) {
      if (node.kind === "text") text += node.text
      else if (node.kind === "print") text += this.#print(node.pipeline, dot, variables)
      else if (node.kind === "range") text += this.#range(node, dot, variables)
      else {
        const scope = new Map(variables)
        const value = this.#pipeline(node.pipeline, dot, scope)
        const inside = node.kind === "with" ? value : dot
        text += isTrue(value) ? this.nodes(node.then, inside, scope) : this.nodes(node.otherwise, dot, scope)
      }
    }
    return text
  }

  #print(pipeline: Pipeline, dot: unknown, variables: Map<string, unknown>): string {
    const value = this.#pipeline(pipeline, dot, variables)
    return pipeline.variables.length > 0 ? "" : goPrint(value)
  }

  #range(
    node: { readonly pipeline: Pipeline; readonly then: Nodes; readonly otherwise: Nodes },
    dot: unknown,
    outer: Variables,
  ): string {
    const { variables: names, calls } = node.pipeline
    const value = this.#pipeline({ variables: [], declares: false, calls }, dot, new Map(outer))
    const items = entriesOf(value)
    if (items.length === 0) return this.nodes(node.otherwise, dot, outer)
    return items
      .map(([key, item]) => {
        const scope = new Map(outer)
        const [first, second] = names
        if (second !== undefined && first !== undefined) scope.set(first, key).set(second, item)
        else if (first !== undefined) scope.set(first, item)
        return this.nodes(node.then, item, scope)
      })
      .join("")
  }

  #pipeline(pipeline: Pipeline, dot: unknown, variables: Map<string, unknown>): unknown {
    let value: unknown
    pipeline.calls.forEach((call, i) => {
      value = this.#call(call, dot, variables, i === 0 ? [] : [value])
    })
    for (const name of pipeline.variables) variables.set(name, value)
    return value
  }

  #call(call: Call, dot: unknown, variables: Variables, piped: ReadonlyArray<unknown>): unknown {
    const args = [...call.args.map((arg) => this.#value(arg, dot, variables, [])), ...piped]
    return this.#value(call.head, dot, variables, args, call)
  }

  #value(
    expression: Expression,
    dot: unknown,
    variables: Variables,
    args: ReadonlyArray<unknown>,
    call?: Call,
  ): unknown {
    try {
      const last = expression.path.length - 1
      const start = this.#start(expression, dot, variables, last < 0 ? args : [])
      return expression.path.reduce(
        (value: unknown, field, i) => this.#field(value, field, i === last ? args : []),
        start,
      )
    } catch (error) {
      if (!(error instanceof TemplateError) || error.isPlaced) throw error
      throw new TemplateError(
        `${this.#name}${this.#place(expression)}: executing ${JSON.stringify(this.#name)} at <${shortened(call ? textOf(call) : nameOf(expression))}>: ${error.message}`,
        true,
      )
    }
  }

  /** ":LINE:COLUMN" as Go counts: lines from 1, columns from 0. */
  #place(expression: Expression): string {
    const before = this.#source.slice(0, this.#source.length - expression.left + chained(expression)).split("\n")
    return `:${before.length}:${before.at(-1)?.length ?? 0}`
  }

  #start(expression: Expression, dot: unknown, variables: Variables, args: ReadonlyArray<unknown>): unknown {
    switch (expression.kind) {
      case "dot":
        return dot
      case "literal":
        return expression.value
      case "variable":
        if (!variables.has(expression.name)) throw new TemplateError(`undefined variable: ${expression.name}`)
        return variables.get(expression.name)
      case "group":
        return this.#pipeline(expression.pipeline, dot, new Map(variables))
      case "function": {
        const run = this.#options.functions?.get(expression.name) ?? functions.get(expression.name)
        return run?.(...args)
      }
    }
  }

  #field(value: unknown, name: string, args: ReadonlyArray<unknown>): unknown {
    if (typeof value !== "object" || value === null) {
      if (value === undefined || value === null) return undefined
      throw new TemplateError(`can't evaluate field ${name} in type ${typeof value}`)
    }
    const found = new Map(Object.entries(value))
    const own = value === this.#root && this.#options.strict === true ? this.#options.type : undefined
    const type = own ?? this.#options.types?.get(value)
    if (!found.has(name) && type !== undefined) {
      const isKey = this.#options.missing === "key"
      throw new TemplateError(
        isKey ? `map has no entry for key ${JSON.stringify(name)}` : `can't evaluate field ${name} in type ${type}`,
      )
    }
    const field = found.get(name)
    return typeof field === "function" ? field(...args) : field
  }
}

/** Go takes a chain of fields to begin at its second one. */
const chained = ({ kind, path }: Expression): number =>
  kind === "dot" && path[0] !== undefined && path.length > 1 ? path[0].length + 1 : 0

/** A function with its arguments; of anything else, what it is called on. */
const textOf = ({ head, args }: Call): string =>
  head.kind === "function" ? [head, ...args].map(nameOf).join(" ") : nameOf(head)

/** Go cuts what it names after so many characters. */
const shortened = (text: string): string => (text.length > 20 ? `${text.slice(0, 20)}...` : text)

function nameOf(expression: Expression): string {
  const fields = expression.path.map((field) => `.${field}`).join("")
  if (expression.kind === "literal") return JSON.stringify(expression.value ?? null)
  if (expression.kind === "dot") return fields === "" ? "." : fields
  return expression.kind === "variable" || expression.kind === "function" ? expression.name + fields : fields
}

function entriesOf(value: unknown): ReadonlyArray<readonly [key: unknown, item: unknown]> {
  if (Array.isArray(value)) return value.map((item, i) => [i, item] as const)
  if (typeof value === "number") return Array.from({ length: value }, (_, i) => [i, i] as const)
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
