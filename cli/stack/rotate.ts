import { createHash } from "node:crypto"
import type { StackSpecs } from "../../compose/index.ts"
import type { ServiceSpec } from "../../core/model/index.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Config, Secret } from "../client/types.ts"
import { CliError } from "../errors.ts"
import { stackFilter } from "./namespace.ts"

type Kind = "secret" | "config"
type FileSpec = StackSpecs["secrets"][number]

/** On an object of which there may be versions: the name in the file, and the digest of what it holds. */
const versionOf = "com.drydock.version-of"
const contentDigest = "com.drydock.content"

export interface Rotation {
  readonly specs: StackSpecs
  /** objects that were replaced, to be removed once nothing uses them */
  readonly replaced: ReadonlyArray<{ readonly kind: Kind; readonly id: string; readonly name: string }>
}

const digestOf = (spec: FileSpec): string =>
  createHash("sha256")
    .update(spec.Data ?? "")
    .digest("hex")

const isFile = (spec: FileSpec): boolean => spec.Data !== undefined

/** Whether an object in the cluster holds what the file holds. Of a secret only its label tells. */
const holds = (object: Secret | Config, spec: FileSpec, kind: Kind): boolean => {
  const label = object.Spec.Labels?.[contentDigest]
  if (label !== undefined) return label === digestOf(spec)
  return kind === "config" && object.Spec.Data === spec.Data
}

const isVersionOf = (object: Secret | Config, name: string): boolean =>
  object.Spec.Name === name || object.Spec.Labels?.[versionOf] === name

interface Turned {
  readonly spec: FileSpec
  readonly old: ReadonlyArray<Secret | Config>
}

/** The version that is wanted: the one in the cluster that holds the same, or a new one named after its content. */
const turn = (spec: FileSpec, known: ReadonlyArray<Secret | Config>, kind: Kind): Turned => {
  const versions = known.filter((object) => isVersionOf(object, spec.Name))
  const same = versions.find((object) => holds(object, spec, kind))
  const digest = digestOf(spec)
  const Labels = { ...spec.Labels, [contentDigest]: digest, [versionOf]: spec.Name }
  const fresh = versions.length === 0 ? spec.Name : `${spec.Name}.${digest.slice(0, 12)}`
  return {
    spec: {
      ...spec,
      Name: same?.Spec.Name ?? fresh,
      Labels: same === undefined ? Labels : { ...spec.Labels, ...labelsOf(same) },
    },
    old: versions.filter((object) => object !== same),
  }
}

const labelsOf = (object: Secret | Config): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(object.Spec.Labels ?? {}).filter(([name]) => name === versionOf || name === contentDigest),
  )

const renamed = (spec: ServiceSpec, names: ReadonlyMap<string, string>): ServiceSpec => {
  const container = spec.TaskTemplate.ContainerSpec
  if (container === undefined) return spec
  const Secrets = container.Secrets?.map((one) => ({
    ...one,
    SecretName: names.get(`secret ${one.SecretName}`) ?? one.SecretName,
  }))
  const Configs = container.Configs?.map((one) => ({
    ...one,
    ConfigName: names.get(`config ${one.ConfigName}`) ?? one.ConfigName,
  }))
  const ContainerSpec = {
    ...container,
    ...(Secrets === undefined ? {} : { Secrets }),
    ...(Configs === undefined ? {} : { Configs }),
  }
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec } }
}

/**
 * Secrets and configs cannot change what they hold. For those whose file did, this makes the specs name a new version, addressed by its
 * content; services that use it are thereby updated in their usual way.
 */
export async function rotate(cli: Cli, specs: StackSpecs): Promise<Rotation> {
  const filters = [stackFilter(specs.namespace)]
  const names = new Map<string, string>()
  const replaced: Array<Rotation["replaced"][number]> = []
  const turnAll = async <T extends FileSpec>(kind: Kind, all: ReadonlyArray<T>): Promise<ReadonlyArray<T>> => {
    if (!all.some(isFile)) return all
    const known = await cli.engine.get<ReadonlyArray<Secret | Config>>(`/${kind}s`, { filters })
    return all.map((spec) => {
      if (!isFile(spec)) return spec
      const turned = turn(spec, known, kind)
      names.set(`${kind} ${spec.Name}`, turned.spec.Name)
      for (const old of turned.old) replaced.push({ kind, id: old.ID, name: old.Spec.Name })
      return { ...spec, ...turned.spec }
    })
  }
  const secrets = await turnAll("secret", specs.secrets)
  const configs = await turnAll("config", specs.configs)
  return {
    specs: { ...specs, secrets, configs, services: specs.services.map((spec) => renamed(spec, names)) },
    replaced,
  }
}

/** Removes versions that were replaced; one that something still uses stays. */
export async function removeReplaced(cli: Cli, replaced: Rotation["replaced"]): Promise<void> {
  for (const { kind, id, name } of replaced) {
    try {
      await cli.engine.delete(at(`${kind}s`, id))
      cli.out(`Removing ${kind} ${name}\n`)
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      cli.err(`${kind} ${name} stays: ${error.message}\n`)
    }
  }
}
