import { goJson } from "../../core/template/go-json.ts"
import type { Cli } from "../cli.ts"
import { CliError } from "../errors.ts"
import { ordered, type TypeName } from "./field-order.ts"

interface InspectStyle {
  /** "", "json" or a Go template. */
  readonly format: string
  /** Go's name of the object's type, for error messages. */
  readonly type: string
  /** The fields a template may name although an object does not have them. */
  readonly fields?: ReadonlyArray<string>
  /** Whether docker shows what the engine sent as it came, and looks for a template's fields there, too. */
  readonly raw?: boolean
  /** Otherwise, the type in whose order it prints the fields. */
  readonly order?: TypeName
  /** The exit code for a template that is none; 64 where nothing is said. */
  readonly templateStatus?: number
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
  if (style.format === "") return (objects) => ({ text: `${jsonOf(objects, style, 4)}\n`, errors: [] })
  if (style.format === "json") return (objects) => ({ text: `${jsonOf(objects, style, 0)}\n`, errors: [] })
  const { compile } = await import("../../core/template/template.ts")
  const template = compile(style.format)
  if (!template.ok) throw new CliError(`template parsing error: ${template.error}`, style.templateStatus ?? 64)
  return (objects) => {
    const results = objects.map((object) =>
      template.value.run(withFields(object, style.fields ?? []), {
        type: style.type,
        strict: true,
        ...(style.raw && { missing: "key" }),
      }),
    )
    const errors = results.flatMap((result) => (result.ok ? [] : [`template parsing error: ${result.error}`]))
    const text = results.flatMap((result) => (result.ok ? [`${result.value}\n`] : [])).join("")
    return { text: text === "" ? "\n" : text, errors }
  }
}

function jsonOf(objects: ReadonlyArray<unknown>, { raw, order }: InspectStyle, indent: number): string {
  if (raw) return JSON.stringify(objects, null, indent)
  return goJson(order === undefined ? objects : ordered(objects, order), indent)
}

/** The object with nil for the fields it could have. */
const withFields = (object: unknown, fields: ReadonlyArray<string>): unknown =>
  typeof object !== "object" || object === null
    ? object
    : { ...Object.fromEntries(fields.map((field) => [field, null])), ...object }
