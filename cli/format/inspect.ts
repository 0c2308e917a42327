import { goJson } from "../../core/template/go-json.ts"
import type { Cli } from "../cli.ts"
import { CliError } from "../errors.ts"

interface InspectStyle {
  /** "", "json" or a Go template. */
  readonly format: string
  /** Go's name of the object's type, for error messages. */
  readonly type: string
  /** The fields a template may name although an object does not have them. */
  readonly fields?: ReadonlyArray<string>
  /** Whether docker looks at the engine's own answer when its type does not have what a template names. */
  readonly raw?: boolean
}

/** Shows each object as JSON or through a template; the ones that cannot be had are reported after the others, with exit code 1. */
export async function inspectAll(
  cli: Cli,
  refs: ReadonlyArray<string>,
  style: InspectStyle,
  get: (ref: string) => Promise<unknown>,
): Promise<void> {
  const show = await presenter(style)
  const objects: unknown[] = []
  const errors: string[] = []
  for (const ref of refs) {
    try {
      objects.push(await get(ref))
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      errors.push(error.message)
    }
  }
  const shown = show(objects)
  cli.out(shown.text)
  errors.push(...shown.errors)
  if (errors.length > 0) throw new CliError(errors.join("\n"))
}

interface Shown {
  readonly text: string
  readonly errors: ReadonlyArray<string>
}

async function presenter(style: InspectStyle): Promise<(objects: ReadonlyArray<unknown>) => Shown> {
  if (style.format === "") return (objects) => ({ text: `${goJson(objects, 4)}\n`, errors: [] })
  if (style.format === "json") return (objects) => ({ text: `${goJson(objects)}\n`, errors: [] })
  const { compile } = await import("../../core/template/template.ts")
  const template = compile(style.format)
  if (!template.ok) throw new CliError(`template parsing error: ${template.error}`, 64)
  return (objects) => {
    const results = objects.map((object) =>
      template.value.run(withFields(object, style.fields ?? []), { type: style.type, strict: true }),
    )
    const errors = results.flatMap((result) => (result.ok ? [] : [`template parsing error: ${result.error}`]))
    const text = results.flatMap((result) => (result.ok ? [`${result.value}\n`] : [])).join("")
    return { text: text === "" ? "\n" : text, errors }
  }
}

/** The object with `undefined` for the fields it could have. */
const withFields = (object: unknown, fields: ReadonlyArray<string>): unknown =>
  typeof object !== "object" || object === null
    ? object
    : { ...Object.fromEntries(fields.map((field) => [field, undefined])), ...object }
