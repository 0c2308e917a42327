import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Result from "effect/Result"
import {
  convertStack,
  ignoredText,
  imageLabel,
  loadStack,
  namespaceLabel,
  type ReadFile,
  renderErrors,
  type StackSpecs,
  withReferenceIds,
} from "../../compose/index.ts"
import type { Meta } from "../../core/model/common.ts"
import type { Service } from "../../core/model/service.ts"
import type { ControlRequest } from "../../nodes/manager/control/request.ts"

/** A compose file by its path, or its text (then relative paths in it start at `dir`, by default the working directory). */
export type StackFile = { readonly path: string } | { readonly text: string; readonly dir?: string }

export interface DeployOptions {
  /** For interpolation. Default: nothing is set. */
  readonly env?: Readonly<Record<string, string>>
}

/** A stack file cannot be used; the message has every error with its place, and Docker's words. */
export class StackRefused extends Error {
  override readonly name = "StackRefused"
}

/** Asks the cluster and gives back what was answered; throws what was refused. */
export type Ask = (request: ControlRequest) => unknown

/** Loads and converts a stack file. What Docker leaves out is in `ignored`, in its words. */
export function readStack(
  file: StackFile,
  stack: string,
  options: DeployOptions = {},
): { specs: StackSpecs; ignored: string } {
  const text = "text" in file ? file.text : readFileSync(file.path, "utf8")
  const workingDir = resolve("text" in file ? (file.dir ?? ".") : dirname(file.path))
  const name = "text" in file ? "-" : file.path
  const loaded = loadStack({ files: [{ path: name, text }], workingDir, env: options.env ?? {}, readFile })
  if (Result.isFailure(loaded)) throw new StackRefused(renderErrors(loaded.failure, "deploy"))
  const converted = convertStack(loaded.success, { namespace: stack, readFile })
  if (Result.isFailure(converted)) throw new StackRefused(renderErrors(converted.failure, "deploy"))
  return { specs: converted.success, ignored: ignoredText(loaded.success.ignored) }
}

/** Deploys as `docker stack deploy` does: networks, secrets and configs first, then each service created or updated. */
export function deployStack(file: StackFile, stack: string, ask: Ask, options?: DeployOptions): void {
  deploySpecs(readStack(file, stack, options).specs, ask)
}

export function deploySpecs(converted: StackSpecs, ask: Ask): void {
  const label = { label: [`${namespaceLabel}=${converted.namespace}`] }
  const networks = new Set(
    list<{ readonly Name: string }>(ask({ op: "network.list", filters: label })).map((n) => n.Name),
  )
  for (const { name, body } of converted.networks) if (!networks.has(name)) ask({ op: "network.create", spec: body })
  const secrets = list<Named>(ask({ op: "secret.list", filters: {} }))
  for (const spec of converted.secrets) {
    const there = secrets.find((secret) => secret.Spec.Name === spec.Name)
    if (there) ask({ op: "secret.update", name: there.ID, version: there.Version.Index, spec })
    else ask({ op: "secret.create", spec })
  }
  const configs = list<Named>(ask({ op: "config.list", filters: {} }))
  for (const spec of converted.configs) {
    const there = configs.find((config) => config.Spec.Name === spec.Name)
    if (there) ask({ op: "config.update", name: there.ID, version: there.Version.Index, spec })
    else ask({ op: "config.create", spec })
  }
  deployServices(converted, ask)
}

function deployServices(converted: StackSpecs, ask: Ask): void {
  const resolved = withReferenceIds(converted, {
    secret: idByName(list<Named>(ask({ op: "secret.list", filters: {} }))),
    config: idByName(list<Named>(ask({ op: "config.list", filters: {} }))),
  })
  if (Result.isFailure(resolved)) throw new StackRefused(resolved.failure.message)
  const services = list<Service>(ask({ op: "service.list", filters: {}, status: false }))
  for (const spec of resolved.success.services) {
    const there = services.find((service) => service.Spec.Name === spec.Name)
    if (!there) {
      ask({ op: "service.create", spec })
      continue
    }
    // What a user forced stays forced; an image that the file does not change keeps what it was resolved to.
    const { TaskTemplate, Labels } = there.Spec
    const image = TaskTemplate.ContainerSpec?.Image
    const unchanged = Labels?.[imageLabel] === spec.Labels?.[imageLabel] && image !== undefined
    const template = {
      ...spec.TaskTemplate,
      ...(TaskTemplate.ForceUpdate !== undefined && { ForceUpdate: TaskTemplate.ForceUpdate }),
      ...(unchanged && { ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Image: image } }),
    }
    const request = { op: "service.update", name: there.ID, version: there.Version.Index, rollback: false } as const
    ask({ ...request, spec: { ...spec, TaskTemplate: template } })
  }
}

/** Removes what carries the stack's label: services, secrets, configs, networks, in this order. */
export function removeStack(stack: string, ask: Ask): void {
  const filters = { label: [`${namespaceLabel}=${stack}`] }
  for (const { ID } of list<Meta>(ask({ op: "service.list", filters, status: false })))
    ask({ op: "service.remove", name: ID })
  for (const { ID } of list<Meta>(ask({ op: "secret.list", filters }))) ask({ op: "secret.remove", name: ID })
  for (const { ID } of list<Meta>(ask({ op: "config.list", filters }))) ask({ op: "config.remove", name: ID })
  for (const { Id } of list<{ readonly Id: string }>(ask({ op: "network.list", filters })))
    ask({ op: "network.remove", name: Id })
}

type Named = Meta & { readonly Spec: { readonly Name: string } }

/** The control API's lists are arrays of what their names say; their type is lost on the way through `unknown`. */
const list = <T>(answer: unknown): ReadonlyArray<T> => (Array.isArray(answer) ? answer : [])

const idByName = (objects: ReadonlyArray<Named>) => {
  const ids = new Map(objects.map((object) => [object.Spec.Name, object.ID]))
  return (name: string): string | undefined => ids.get(name)
}

const readFile: ReadFile = (path) => {
  try {
    return Result.succeed(readFileSync(path))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === "ENOENT" ? "no such file or directory" : code === "EISDIR" ? "is a directory" : String(code)
    return Result.fail(code === "EISDIR" ? `read ${path}: ${why}` : `open ${path}: ${why}`)
  }
}
