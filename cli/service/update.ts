import type { ServiceSpec } from "../../core/model/index.ts"
import { bool } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Service, UpdatedService } from "../client/types.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { recording } from "../planning/recording.ts"
import { showPlanOf } from "../planning/show.ts"
import { prepareImage } from "./distribution.ts"
import { withValue } from "./options/environment.ts"
import { networkId, resolveNetworks } from "./options/network.ts"
import { resolveConfigs, resolveSecrets } from "./options/reference.ts"
import { registryAuth } from "./registry-auth.ts"
import { updateFlags } from "./update-flags.ts"
import { Change, changeSpec } from "./update-spec.ts"
import { waitOnService } from "./wait.ts"

export const command = define({
  usage: "[OPTIONS] SERVICE",
  arity: exactly(1),
  flags: { ...updateFlags, "dry-run": bool("Only show what the update would lead to") },
  examples: [
    ["drydock service update --image nginx:1.27 --update-parallelism 2 web", "a rolling update, two tasks at a time"],
    [
      "drydock service update --env-add LEVEL=debug --constraint-add node.role==worker web",
      "change what a task is made from",
    ],
    [
      "drydock service update --dry-run --image nginx:1.27 web",
      "which tasks would restart, in which order, and what would not fit",
    ],
    ["drydock service update --force web", "replace all tasks although nothing changes"],
    ["drydock service update --rollback web", "back to the previous spec"],
  ],
  async run(real, { flags, changed, args: [name = ""] }) {
    const plan = flags["dry-run"] ? recording(real) : undefined
    const cli = plan?.cli ?? real
    const service = await cli.engine.get<Service>(at("services", name), { query: { insertDefaults: false } })
    const change = new Change(
      { ...flags, "env-add": flags["env-add"].map((text) => withValue(text, cli.env)) },
      changed,
    )
    if (flags.rollback) refuseOthers(changed)
    const spec = await withReferences(cli, changeSpec(service.Spec, change), change)
    const prepared = await prepareImage(cli, spec, changed.has("image") && !flags["no-resolve-image"])
    const updated = await cli.engine.post<UpdatedService>(at("services", service.ID, "/update"), {
      query: {
        version: service.Version.Index,
        registryAuthFrom: flags["with-registry-auth"] ? undefined : "spec",
        rollback: flags.rollback ? "previous" : undefined,
      },
      body: prepared.spec,
      ...(flags["with-registry-auth"] && { headers: registryAuth(cli, spec.TaskTemplate.ContainerSpec?.Image ?? "") }),
    })
    if (plan) return showPlanOf(real, plan)
    for (const warning of [...prepared.warnings, ...(updated.Warnings ?? [])]) cli.err(`${warning}\n`)
    cli.out(`${name}\n`)
    if (!flags.detach) await waitOnService(cli, name, flags.quiet)
  },
})

function refuseOthers(changed: ReadonlySet<string>): void {
  const allowed = new Set(["rollback", "detach", "quiet", "host", "dry-run"])
  if ([...changed].some((flag) => !allowed.has(flag)))
    throw new CliError("other flags may not be combined with --rollback")
}

/** Networks, secrets and configs as the options leave them. */
async function withReferences(cli: Cli, spec: ServiceSpec, change: Change): Promise<ServiceSpec> {
  const { flags } = change
  const container = spec.TaskTemplate.ContainerSpec
  let task = spec.TaskTemplate
  if (change.has("network-add", "network-rm")) task = { ...task, Networks: await editNetworks(cli, spec, change) }
  if (change.has("secret-add", "secret-rm")) {
    const kept = (container?.Secrets ?? []).filter((secret) => !flags["secret-rm"].includes(secret.SecretName))
    const Secrets = [...kept, ...(await resolveSecrets(cli.engine, flags["secret-add"]))]
    task = { ...task, ContainerSpec: { ...task.ContainerSpec, Secrets } }
  }
  if (change.has("config-add", "config-rm")) {
    const kept = (container?.Configs ?? []).filter((config) => !flags["config-rm"].includes(config.ConfigName))
    const Configs = [...kept, ...(await resolveConfigs(cli.engine, flags["config-add"]))]
    task = { ...task, ContainerSpec: { ...task.ContainerSpec, Configs } }
  }
  return { ...spec, TaskTemplate: task }
}

async function editNetworks(cli: Cli, spec: ServiceSpec, { flags }: Change) {
  const present = spec.TaskTemplate.Networks ?? spec.Networks ?? []
  const removed = new Set<string | undefined>()
  for (const network of flags["network-rm"]) removed.add(await networkId(cli.engine, network))
  const added = await resolveNetworks(cli.engine, flags["network-add"])
  const attached = added.find((network) =>
    present.some((other) => other.Target === network.Target && !removed.has(other.Target)),
  )
  if (attached !== undefined) throw new CliError(`service is already attached to network ${attached.Target}`)
  return [...present.filter((network) => !removed.has(network.Target)), ...added].sort((a, b) =>
    (a.Target ?? "") < (b.Target ?? "") ? -1 : 1,
  )
}
