import type { MappingNode, Node } from "../document.ts"
import { isNull } from "../document.ts"
import { type MergeError, mergeNodes } from "./merge.ts"
import { child, fieldsOf, mapFields, mappingNode, textOf, withField, withoutField } from "./nodes.ts"
import { withoutReplaced } from "./reset.ts"
import { errorAt, Stop, stopAt } from "./stop.ts"

/** The services of another file, canonical and with absolute paths, but with what they extend still to be found. */
export interface Foreign {
  readonly file: string
  readonly services: MappingNode
}

interface Extending {
  /** the file that the services are in, for messages */
  readonly file: string
  readonly services: MappingNode
  readonly replaced: ReadonlySet<string>
  readonly open: (path: string, at: Node, name: string) => Foreign
}

interface Step {
  readonly file: string
  readonly service: string
}

const circular = (steps: ReadonlyArray<Step>, again: Step): string =>
  [
    "Circular reference:",
    ...[...steps, again].map(({ file, service }, i) => `  ${i === 0 ? "" : "extends "}${service} in ${file}`),
  ].join("\n")

const referenceOf = (name: string, extended: Node): { readonly service: string; readonly file?: string } => {
  const text = textOf(extended)
  if (text !== undefined) return { service: text }
  const service = textOf(child(extended, "service"))
  if (service === undefined) throw stopAt("extends", `extends.${name}.service is required`, extended)
  const file = textOf(child(extended, "file"))
  return { service, ...(file === undefined ? {} : { file }) }
}

const resolve = (name: string, at: Extending, steps: ReadonlyArray<Step>): Node | undefined => {
  const service = child(at.services, name)
  if (service === undefined || isNull(service)) return service
  if (service.kind !== "mapping") throw stopAt("extends", `services.${name} must be a mapping`, service)
  const extended = child(service, "extends")
  if (extended === undefined) return service
  const reference = referenceOf(name, extended)
  const foreign = reference.file === undefined ? undefined : at.open(reference.file, extended, name)
  const services = foreign?.services ?? at.services
  if (child(services, reference.service) === undefined) {
    const where = foreign === undefined ? "" : ` in ${foreign.file}`
    const message = `cannot extend service "${name}" in ${at.file}: service "${reference.service}" not found${where}`
    throw stopAt("extends", message, extended)
  }
  const step = { file: foreign?.file ?? at.file, service: name }
  if (steps.some((one) => one.file === step.file && one.service === step.service)) {
    throw stopAt("extends", circular(steps, step), extended)
  }
  const base = resolve(reference.service, { ...at, file: step.file, services }, [...steps, step])
  if (base === undefined || isNull(base)) return service
  return extend(name, base, service, at.replaced)
}

const extend = (name: string, base: Node, service: MappingNode, replaced: ReadonlySet<string>): Node => {
  const within = new Set(
    [...replaced]
      .filter((path) => path.startsWith(`services.${name}.`))
      .map((path) => path.slice(`services.${name}.`.length)),
  )
  const errors: Array<MergeError> = []
  const merged = mergeNodes(withoutReplaced(base, within), service, "services.x", errors)
  if (errors.length > 0) throw new Stop(errors.map(({ message, node }) => errorAt("merge", message, node.at)))
  return merged.kind === "mapping" ? withoutField(merged, "extends") : merged
}

/** Puts what services extend into them: a service of the same file or of another one is what they start from. */
export const applyExtends = (root: MappingNode, at: Omit<Extending, "services">): MappingNode => {
  const services = child(root, "services")
  if (services === undefined || isNull(services)) return root
  if (services.kind !== "mapping") throw stopAt("extends", "services must be a mapping", services)
  const extending = { ...at, services }
  return withField(
    root,
    "services",
    mapFields(services, (_service, name) => resolve(name, extending, [])),
  )
}

export const servicesIn = (root: Node, file: string, name: string, at: Node): MappingNode => {
  const services = child(root, "services")
  if (services === undefined) {
    throw stopAt("extends", `cannot extend service "${name}" in ${file}: no services section`, at)
  }
  return services.kind === "mapping" ? services : mappingNode(services.at, fieldsOf(services))
}
