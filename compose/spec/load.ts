import * as Result from "effect/Result"
import type { Extensions } from "../config.ts"
import { type MappingNode, positionOf } from "../document.ts"
import type { ComposeError } from "../errors.ts"
import { type Environment, lookupIn } from "../interpolate/lookup.ts"
import { expandNested } from "../interpolate/nested.ts"
import type { ReadFile } from "../load.ts"
import type { Decoder, LoadContext } from "../normalise/decoder.ts"
import { extensionsOf } from "../normalise/extensions.ts"
import { parseDocuments, type SourceFile } from "../parse.ts"
import { checkProject } from "./check.ts"
import { normaliseProject } from "./defaults.ts"
import { resolveEnvironment, resolveLabels } from "./environment.ts"
import { inOrder, service as serviceDecoder } from "./model/service.ts"
import * as decode from "./model/top-level.ts"
import { child, fieldsOf } from "./nodes.ts"
import { nameIn, type Reading, readModel } from "./read.ts"
import { Stop } from "./stop.ts"
import type { Project, Service } from "./types.ts"

export interface ProjectInput {
  /** in the order of the command line; paths as they are to be shown */
  readonly files: ReadonlyArray<SourceFile>
  /** the absolute paths of the same */
  readonly paths: ReadonlyArray<string>
  /** absolute: where relative paths begin */
  readonly directory: string
  /** the environment of the command over what `.env` has */
  readonly env: Environment
  readonly readFile: ReadFile
  /** what was asked for with --project-name or COMPOSE_PROJECT_NAME; the file's `name` and then the folder's come after it */
  readonly name?: string
  readonly profiles: ReadonlyArray<string>
  /** false: `$` stays as it is */
  readonly interpolate?: boolean
  /** keep networks, volumes, secrets and configs that no service uses */
  readonly allResources?: boolean
  /** false: env_files stay files */
  readonly resolveEnvironment?: boolean
}

export interface LoadedProject {
  readonly project: Project
  /** services whose profiles are not active */
  readonly disabled: ReadonlyMap<string, Service>
  /** all profiles that services have */
  readonly profiles: ReadonlyArray<string>
  readonly warnings: ReadonlyArray<string>
  /** files that were read besides those that were given */
  readonly read: ReadonlyArray<string>
  /** the joined tree, for telling where something stands */
  readonly root: MappingNode
  /** with the project's own variables */
  readonly env: Environment
}

const nowhere = { file: "-", line: 1, column: 1, source: "" }

export const normaliseProjectName = (name: string): string =>
  (name.toLowerCase().match(/[a-z0-9_-]/g) ?? []).join("").replace(/^[_-]+/, "")

export const projectNameError = (name: string): string | undefined =>
  normaliseProjectName(name) === name
    ? undefined
    : `invalid project name ${JSON.stringify(name)}: must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`

const plainStop = (message: string): Stop => new Stop([{ kind: "file", message, place: nowhere }])

const projectName = (input: ProjectInput): string => {
  if (input.name !== undefined && input.name !== "") {
    const bad = projectNameError(input.name)
    if (bad !== undefined) throw plainStop(bad)
    return input.name
  }
  const documents = input.files.flatMap((file) => {
    const parsed = parseDocuments(file, false)
    return Result.isSuccess(parsed) ? parsed.success : []
  })
  const written = nameIn(documents) ?? ""
  const expanded =
    input.interpolate === false ? { text: written } : expandNested(written, lookupIn(input.env), () => {})
  const own = normaliseProjectName("text" in expanded ? expanded.text : "")
  const name = own !== "" ? own : normaliseProjectName(input.directory.split("/").at(-1) ?? "")
  if (name === "") throw plainStop("project name must not be empty")
  return name
}

const decodeSection = <T>(
  root: MappingNode,
  section: string,
  decoder: Decoder<T>,
  load: LoadContext,
): ReadonlyMap<string, T> => {
  const found = new Map<string, T>()
  for (const [key, { node }] of fieldsOf(child(root, section))) {
    const decoded = decoder({ node, name: `${section}.${key}`, load })
    if (decoded !== undefined) found.set(key, decoded)
  }
  return found
}

const isActive = (service: Service, profiles: ReadonlyArray<string>): boolean =>
  service.profiles === undefined || profiles.includes("*") || service.profiles.some((one) => profiles.includes(one))

const only = <T>(all: ReadonlyMap<string, T>, used: ReadonlySet<string>): ReadonlyMap<string, T> =>
  new Map([...all].filter(([key]) => used.has(key)))

/** What no service uses is left out. */
const withoutUnused = (project: Project): Project => {
  const services = [...project.services.values()]
  const sources = (pick: (service: Service) => ReadonlyArray<{ readonly source?: string }> | undefined) =>
    new Set(services.flatMap((service) => (pick(service) ?? []).map((one) => one.source ?? "")))
  const keys = (pick: (service: Service) => ReadonlyMap<string, unknown> | undefined) =>
    new Set(services.flatMap((service) => [...(pick(service)?.keys() ?? [])]))
  return {
    ...project,
    networks: only(
      project.networks,
      keys((service) => service.networks),
    ),
    volumes: only(
      project.volumes,
      sources((service) => service.volumes?.filter((one) => one.type === "volume")),
    ),
    secrets: only(
      project.secrets,
      sources((service) => [...(service.secrets ?? []), ...(service.build?.secrets ?? [])]),
    ),
    configs: only(
      project.configs,
      sources((service) => service.configs),
    ),
    models: only(
      project.models,
      keys((service) => service.models),
    ),
  }
}

const noExtensions: Extensions = new Map()

interface Decoded {
  readonly project: Project
  readonly disabled: ReadonlyMap<string, Service>
  readonly profiles: ReadonlyArray<string>
}

const decodeProject = (root: MappingNode, name: string, input: ProjectInput, load: LoadContext): Decoded => {
  const services = decodeSection(root, "services", serviceDecoder, load)
  const project: Project = {
    name,
    services: new Map([...services].filter(([, service]) => isActive(service, input.profiles))),
    networks: decodeSection(root, "networks", decode.network, load),
    volumes: decodeSection(root, "volumes", decode.volume, load),
    secrets: decodeSection(root, "secrets", decode.fileObject, load),
    configs: decodeSection(root, "configs", decode.fileObject, load),
    models: decodeSection(root, "models", decode.topLevelModel, load),
    extensions: extensionsOf(root) ?? noExtensions,
  }
  if (load.errors.length > 0) throw new Stop(load.errors)
  return {
    project,
    disabled: new Map([...services].filter(([key]) => !project.services.has(key))),
    profiles: [...new Set([...services.values()].flatMap((service) => service.profiles ?? []))].sort(),
  }
}

/** env_file and label_file become environment and labels. */
const withFilesRead = (project: Project, root: MappingNode, reading: Reading, env: Environment): Project => {
  const lookup = lookupIn(env)
  const onRead = (path: string) => {
    reading.read.push(path)
  }
  const services = [...project.services].map(([name, service]): [string, Service] => {
    const node = child(child(root, "services"), name)
    const { env_file: _envFile, label_file: _labelFile, ...rest } = service
    const environment = resolveEnvironment(service, node, { lookup, readFile: reading.readFile, onRead })
    const labels = resolveLabels(service, node, { lookup, readFile: reading.readFile, onRead })
    const filled = {
      ...rest,
      ...(environment === undefined ? {} : { environment }),
      ...(labels === undefined ? {} : { labels }),
    }
    return [name, inOrder(filled)]
  })
  return { ...project, services: new Map(services) }
}

const load = (input: ProjectInput): LoadedProject => {
  if (input.files.length === 0) throw plainStop("no configuration file provided: not found")
  const name = projectName(input)
  const env: Environment = { ...input.env, COMPOSE_PROJECT_NAME: name }
  const reading: Reading = {
    readFile: input.readFile,
    home: env.HOME,
    interpolate: input.interpolate !== false,
    warnings: [],
    read: [],
  }
  const model = readModel(input.files, { directory: input.directory, env, open: input.paths.slice(0, 1) }, reading)
  if (model.fields.size === 0) throw plainStop("empty compose file")
  const root = normaliseProject(model, name, lookupIn(env))
  const first = input.files[0]?.path ?? "-"
  const context: LoadContext = {
    document: { file: first, lines: [], root },
    workingDir: input.directory,
    lookup: lookupIn(env),
    readFile: input.readFile,
    errors: [],
    warnings: reading.warnings,
  }
  const decoded = decodeProject(root, name, input, context)
  const inconsistent = checkProject(decoded.project, new Set(decoded.disabled.keys()), (service, ...keys) =>
    positionOf(root, ["services", service, ...keys]),
  )
  if (inconsistent.length > 0) throw new Stop(inconsistent)
  const used = input.allResources === true ? decoded.project : withoutUnused(decoded.project)
  const project = input.resolveEnvironment === false ? used : withFilesRead(used, root, reading, env)
  return { ...decoded, project, root, env, warnings: reading.warnings, read: [...new Set(reading.read)] }
}

/** Loads a project as `docker compose` does. */
export const loadProject = (input: ProjectInput): Result.Result<LoadedProject, ReadonlyArray<ComposeError>> => {
  try {
    return Result.succeed(load(input))
  } catch (error) {
    if (error instanceof Stop) return Result.fail(error.errors)
    throw error
  }
}
