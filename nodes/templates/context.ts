import type { Labels } from "../../core/model/common.ts"
import type { Platform } from "../../core/model/node.ts"
import type { Parsed } from "../../core/parsed.ts"
import type { TemplateFunction } from "../../core/template/functions.ts"
import { functions as known } from "../../core/template/functions.ts"
import { compile } from "../../core/template/template.ts"

/** What the templates of a task may refer to (swarmkit template/context.go). */
export interface TemplateContext {
  readonly Service: { readonly ID: string; readonly Name: string; readonly Labels: Labels }
  readonly Node: { readonly ID: string; readonly Hostname: string; readonly Platform: Platform }
  readonly Task: { readonly ID: string; readonly Name: string; readonly Slot: string }
}

const goOwn = "and or not eq ne lt le gt ge index len slice print println printf".split(" ")

/** Go's own functions and Swarm's `join`, which takes the separator first. */
const swarmFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ...goOwn.flatMap((name): Array<[string, TemplateFunction]> => {
    const found = known.get(name)
    return found ? [[name, found]] : []
  }),
  ["join", (separator, ...parts) => parts.map(String).join(String(separator))],
])

export interface ExpansionOptions {
  /** Go's name of the type of the whole context, for messages. */
  readonly type?: string
  /** Beside the usual ones. */
  readonly functions?: ReadonlyMap<string, TemplateFunction>
}

/** The text with its templates filled in, or what is wrong with them in Go's words. */
export function expand(text: string, context: TemplateContext, options: ExpansionOptions = {}): Parsed<string> {
  if (!text.includes("{{")) return { ok: true, value: text }
  const functions = options.functions ? new Map([...swarmFunctions, ...options.functions]) : swarmFunctions
  const template = compile(text, { name: "expansion", functions })
  if (!template.ok) return template
  const { Service, Node, Task } = context
  return template.value.run(context, {
    type: options.type ?? "*template.Context",
    strict: true,
    types: new Map<unknown, string>([
      [Service, "struct { ID string; Name string; Labels map[string]string }"],
      [Node, "struct { ID string; Hostname string; Platform template.Platform }"],
      [Node.Platform, "template.Platform"],
      [Task, "struct { ID string; Name string; Slot string }"],
    ]),
  })
}
