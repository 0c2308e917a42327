import * as Result from "effect/Result"
import { descope, imageLabel, type StackSpecs, withReferenceIds } from "../../compose/index.ts"
import type { ServiceSpec } from "../../core/model/index.ts"
import type { Cli } from "../cli.ts"
import { at, isOlder } from "../client/engine.ts"
import type { Config, CreatedService, NetworkSummary, Secret, Service, UpdatedService } from "../client/types.ts"
import { CliError, isNotFound } from "../errors.ts"
import { prepareImage } from "../service/distribution.ts"
import { registryAuth } from "../service/registry-auth.ts"
import { stackFilter } from "./namespace.ts"
import { remove } from "./rm.ts"

/** When the registry is asked for an image's digest: always, if the file names another image than before, or never. */
export const resolutions = ["always", "changed", "never"] as const
export type ResolveImage = (typeof resolutions)[number]

interface ApplyOptions {
  readonly prune: boolean
  readonly resolveImage: ResolveImage
  /** send the client's credentials for the registries along */
  readonly registryAuth: boolean
  /** the keys of the services in the order to create and update them in; alphabetical without */
  readonly order: ReadonlyArray<string> | undefined
}

export interface Applied {
  readonly id: string
  readonly name: string
}

/** Brings the cluster to a stack's specs, in docker's order of calls. Gives its services. */
export async function applyStack(cli: Cli, specs: StackSpecs, options: ApplyOptions): Promise<ReadonlyArray<Applied>> {
  await checkManager(cli)
  if (options.prune) await prune(cli, specs)
  await checkExternalNetworks(cli, specs.externalNetworks)
  await createNetworks(cli, specs)
  for (const secret of specs.secrets) await putFile(cli, "secret", secret)
  for (const config of specs.configs) await putFile(cli, "config", config)
  const ready = withReferenceIds(specs, {
    secret: await idsByName(
      cli,
      "secret",
      referenced(specs, (spec) => spec.TaskTemplate.ContainerSpec?.Secrets?.map((one) => one.SecretName)),
    ),
    config: await idsByName(
      cli,
      "config",
      referenced(specs, (spec) => spec.TaskTemplate.ContainerSpec?.Configs?.map((one) => one.ConfigName)),
    ),
  })
  if (Result.isFailure(ready)) throw new CliError(ready.failure.message)
  const existing = await stackServices(cli, specs.namespace)
  const applied: Applied[] = []
  for (const spec of inOrder(ready.success, options.order)) {
    const present = existing.find((service) => service.Spec.Name === spec.Name)
    const id = present === undefined ? await create(cli, spec, options) : await update(cli, spec, present, options)
    applied.push({ id, name: spec.Name })
  }
  return applied
}

const inOrder = ({ namespace, services }: StackSpecs, order: ApplyOptions["order"]): ReadonlyArray<ServiceSpec> => {
  if (order === undefined) return services
  const rank = (spec: ServiceSpec) => order.indexOf(descope(namespace, spec.Name))
  return [...services].sort((a, b) => rank(a) - rank(b))
}

async function checkManager(cli: Cli): Promise<void> {
  const info = await cli.engine.get<{ readonly Swarm?: { readonly ControlAvailable?: boolean } }>("/info")
  if (info.Swarm?.ControlAvailable === true) return
  throw new CliError(
    'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again',
  )
}

const stackServices = (cli: Cli, stack: string) =>
  cli.engine.get<ReadonlyArray<Service>>("/services", { filters: [stackFilter(stack)] })

/** Removes the services that are no longer in the files; what fails is only told. */
async function prune(cli: Cli, specs: StackSpecs): Promise<void> {
  const wanted = new Set(specs.services.map((spec) => descope(specs.namespace, spec.Name)))
  const services = await stackServices(cli, specs.namespace)
  const gone = services
    .filter((service) => !wanted.has(descope(specs.namespace, service.Spec.Name)))
    .sort((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1))
  for (const service of gone) await remove(cli, { kind: "service", id: service.ID, name: service.Spec.Name })
}

async function checkExternalNetworks(cli: Cli, names: ReadonlyArray<string>): Promise<void> {
  for (const name of names) {
    const network = await find(cli.engine.get<NetworkSummary>(at("networks", name)))
    const declared = `network ${JSON.stringify(name)} is declared as external, but`
    if (network === undefined) {
      throw new CliError(
        `${declared} could not be found. You need to create a swarm-scoped network before the stack is deployed`,
      )
    }
    if (network.Scope !== "swarm") {
      throw new CliError(
        `${declared} it is not in the right scope: ${JSON.stringify(network.Scope)} instead of "swarm"`,
      )
    }
  }
}

/** Creates the networks that are missing; existing ones are never changed. */
async function createNetworks(cli: Cli, { namespace, networks }: StackSpecs): Promise<void> {
  const existing = await cli.engine.get<ReadonlyArray<NetworkSummary>>("/networks", {
    filters: [stackFilter(namespace)],
  })
  const names = new Set(existing.map((network) => network.Name))
  // From 1.44 on engines refuse a second network of a name by themselves.
  const checkDuplicate = isOlder(cli.engine.apiVersion ?? "1.44", "1.44") ? { CheckDuplicate: true } : {}
  for (const { name, body } of networks) {
    if (names.has(name)) continue
    cli.out(`Creating network ${name}\n`)
    await explaining(
      `failed to create network ${name}`,
      cli.engine.post("/networks/create", { body: { ...body, ...checkDuplicate } }),
    )
  }
}

/** Creates a secret or config, or updates its labels: the engine refuses other content under the same name. */
async function putFile(cli: Cli, kind: "secret" | "config", spec: StackSpecs["secrets"][number]): Promise<void> {
  const present = await find(cli.engine.get<Secret | Config>(at(`${kind}s`, spec.Name)))
  if (present !== undefined) {
    const query = { version: present.Version.Index }
    await explaining(
      `failed to update ${kind} ${spec.Name}`,
      cli.engine.post(at(`${kind}s`, present.ID, "/update"), { query, body: spec }),
      (message) =>
        message.includes("only updates to Labels are allowed")
          ? `\n  hint: what it holds has changed; --rotate deploys it as a new version`
          : "",
    )
    return
  }
  cli.out(`Creating ${kind} ${spec.Name}\n`)
  await explaining(`failed to create ${kind} ${spec.Name}`, cli.engine.post(`/${kind}s/create`, { body: spec }))
}

const referenced = (
  specs: StackSpecs,
  names: (spec: ServiceSpec) => ReadonlyArray<string> | undefined,
): ReadonlyArray<string> => [...new Set(specs.services.flatMap((spec) => names(spec) ?? []))]

async function idsByName(
  cli: Cli,
  kind: "secret" | "config",
  names: ReadonlyArray<string>,
): Promise<(name: string) => string | undefined> {
  if (names.length === 0) return () => undefined
  const filters = names.map((name) => ["name", name] as const)
  const found = await cli.engine.get<ReadonlyArray<Secret | Config>>(`/${kind}s`, { filters })
  const ids = new Map(found.map((object) => [object.Spec.Name, object.ID] as const))
  return (name) => ids.get(name)
}

const authFor = (cli: Cli, spec: ServiceSpec, { registryAuth: wanted }: ApplyOptions) =>
  wanted ? { headers: registryAuth(cli, spec.TaskTemplate.ContainerSpec?.Image ?? "") } : {}

async function create(cli: Cli, spec: ServiceSpec, options: ApplyOptions): Promise<string> {
  cli.out(`Creating service ${spec.Name}\n`)
  const prepared = await prepareImage(cli, spec, options.resolveImage !== "never")
  const request = cli.engine.post<CreatedService>("/services/create", {
    body: prepared.spec,
    ...authFor(cli, spec, options),
  })
  const created = await explaining(`failed to create service ${spec.Name}`, request)
  for (const warning of [...prepared.warnings, ...(created.Warnings ?? [])]) cli.err(`${warning}\n`)
  return created.ID
}

async function update(cli: Cli, wanted: ServiceSpec, present: Service, options: ApplyOptions): Promise<string> {
  cli.out(`Updating service ${wanted.Name} (id: ${present.ID})\n`)
  const { spec, query } = keepImage(wanted, present, options.resolveImage)
  const prepared = await prepareImage(cli, spec, query)
  // A stack has no --force: what was forced before stays, so that an update which changes nothing restarts nothing.
  const forced = present.Spec.TaskTemplate.ForceUpdate ?? 0
  const body = { ...prepared.spec, TaskTemplate: { ...prepared.spec.TaskTemplate, ForceUpdate: forced } }
  const request = cli.engine.post<UpdatedService>(at("services", present.ID, "/update"), {
    query: { version: present.Version.Index },
    body,
    ...authFor(cli, wanted, options),
  })
  const updated = await explaining(`failed to update service ${wanted.Name}`, request)
  for (const warning of [...prepared.warnings, ...(updated.Warnings ?? [])]) cli.err(`${warning}\n`)
  return present.ID
}

/** An image that the file still names as before keeps the digest it was resolved to, unless it is to be resolved always. */
function keepImage(wanted: ServiceSpec, present: Service, resolveImage: ResolveImage) {
  if (resolveImage === "always") return { spec: wanted, query: true }
  const container = wanted.TaskTemplate.ContainerSpec
  const unchanged = container?.Image !== undefined && container.Image === present.Spec.Labels?.[imageLabel]
  const image = present.Spec.TaskTemplate.ContainerSpec?.Image
  if (!unchanged || image === undefined) return { spec: wanted, query: resolveImage === "changed" }
  return {
    spec: { ...wanted, TaskTemplate: { ...wanted.TaskTemplate, ContainerSpec: { ...container, Image: image } } },
    query: false,
  }
}

/** The object, or undefined when there is none. */
async function find<A>(answer: Promise<A>): Promise<A | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function explaining<A>(
  what: string,
  answer: Promise<A>,
  hint: (message: string) => string = () => "",
): Promise<A> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    throw new CliError(`${what}: ${error.message}${hint(error.message)}`)
  }
}
