import type { ServiceSpec } from "../../core/model/index.ts"
import type { Cli } from "../cli.ts"
import type { CreatedService } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { createFlags } from "./create-flags.ts"
import { prepareImage } from "./distribution.ts"
import { gatherEnv } from "./options/environment.ts"
import { omitEmpty } from "./options/key-value.ts"
import { resolveNetworks } from "./options/network.ts"
import { resolveConfigs, resolveSecrets } from "./options/reference.ts"
import { registryAuth } from "./registry-auth.ts"
import { buildSpec, type CreateFlagValues } from "./spec.ts"
import { waitOnService } from "./wait.ts"

export const command = define({
  usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
  arity: atLeast(1),
  flags: createFlags,
  interspersed: false,
  examples: [
    [
      "drydock service create --name web --replicas 3 -p 8080:80 nginx:alpine",
      "three tasks behind one port of every node",
    ],
    ["drydock service create --mode global --name agent busybox:1.36 sleep 1d", "one task on every node"],
    [
      "drydock service create --constraint node.role==worker --limit-memory 64M redis:alpine",
      "only where there is room for it",
    ],
  ],
  async run(cli, { flags, changed, args: [image = "", ...args] }) {
    const env = gatherEnv(flags["env-file"], flags.env, cli.env)
    const spec = await withReferences(cli, buildSpec({ flags, changed, image, args, env }), flags)
    const headers = flags["with-registry-auth"] ? registryAuth(cli, image) : {}
    const created = await createService(cli, spec, !flags["no-resolve-image"], headers)
    for (const warning of created.warnings) cli.err(`${warning}\n`)
    cli.out(`${created.id}\n`)
    if (!flags.detach) await waitOnService(cli, created.id, flags.quiet)
  },
})

export interface Created {
  readonly id: string
  readonly warnings: ReadonlyArray<string>
}

/** Creates a service; with `query`, the registry is asked for the image's digest first. */
export async function createService(
  cli: Cli,
  spec: ServiceSpec,
  query: boolean,
  headers: Readonly<Record<string, string>> = {},
): Promise<Created> {
  const prepared = await prepareImage(cli, spec, query)
  const created = await cli.engine.post<CreatedService>("/services/create", { body: prepared.spec, headers })
  return { id: created.ID, warnings: [...prepared.warnings, ...(created.Warnings ?? [])] }
}

async function withReferences(cli: Cli, spec: ServiceSpec, flags: CreateFlagValues): Promise<ServiceSpec> {
  const Networks = await resolveNetworks(cli.engine, flags.network)
  const Secrets = await resolveSecrets(cli.engine, flags.secret)
  const Configs = await resolveConfigs(cli.engine, flags.config)
  return {
    ...spec,
    TaskTemplate: {
      ...spec.TaskTemplate,
      ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, ...omitEmpty({ Secrets, Configs }) },
      ...omitEmpty({ Networks }),
    },
  }
}
