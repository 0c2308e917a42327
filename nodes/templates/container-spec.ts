import type { ContainerSpec, Mount } from "../../core/model/container-spec.ts"
import { bad, good, type Parsed } from "../../core/parsed.ts"
import { expand, type TemplateContext } from "./context.ts"

/**
 * A container's spec with its templates filled in: in its host name, the values of its environment and its mounts. The spec itself, which
 * many tasks share, when there is nothing to fill in. Errors: what is wrong, in Swarm's words (swarmkit template/expand.go).
 */
export function expandContainerSpec(spec: ContainerSpec, context: TemplateContext): Parsed<ContainerSpec> {
  if (!hasTemplate(spec)) return good(spec)
  const env = expandEach(spec.Env, (pair) => expandPair(pair, context))
  if (!env.ok) return bad(`expanding env failed: ${env.error}`)
  const mounts = expandEach(spec.Mounts, (mount) => expandMount(mount, context))
  if (!mounts.ok) return bad(`expanding mounts failed: ${mounts.error}`)
  const hostname = expand(spec.Hostname ?? "", context)
  if (!hostname.ok) return bad(`expanding hostname failed: ${hostname.error}`)
  return good({
    ...spec,
    ...(spec.Env && { Env: env.value }),
    ...(spec.Mounts && { Mounts: mounts.value }),
    ...(spec.Hostname !== undefined && { Hostname: hostname.value }),
  })
}

const hasTemplate = ({ Hostname, Env = [], Mounts = [] }: ContainerSpec): boolean =>
  [Hostname, ...Env].some((text) => text?.includes("{{")) ||
  Mounts.some((mount) => JSON.stringify(mount).includes("{{"))

function expandPair(pair: string, context: TemplateContext): Parsed<string> {
  const at = pair.indexOf("=")
  if (at < 0) return good(pair)
  const value = expand(pair.slice(at + 1), context)
  if (!value.ok) return bad(`expanding env ${JSON.stringify(pair)}: ${value.error}`)
  return good(`${pair.slice(0, at)}=${value.value}`)
}

function expandMount(mount: Mount, context: TemplateContext): Parsed<Mount> {
  const target = expand(mount.Target ?? "", context)
  if (!target.ok) return bad(`expanding mount target ${JSON.stringify(mount.Target)}: ${target.error}`)
  const source = expand(mount.Source ?? "", context)
  if (!source.ok) return bad(`expanding mount source ${JSON.stringify(mount.Source)}: ${source.error}`)
  const labels = expandLabels(mount, context)
  if (!labels.ok) return labels
  return good({
    ...mount,
    ...(mount.Target !== undefined && { Target: target.value }),
    ...(mount.Source !== undefined && { Source: source.value }),
    ...(mount.VolumeOptions?.Labels && { VolumeOptions: { ...mount.VolumeOptions, Labels: labels.value } }),
  })
}

function expandLabels(mount: Mount, context: TemplateContext): Parsed<Readonly<Record<string, string>>> {
  const pairs = expandEach(Object.entries(mount.VolumeOptions?.Labels ?? {}), ([key, text]) => {
    const value = expand(text, context)
    return value.ok ? good([key, value.value] as const) : bad(`expanding volume labels: ${value.error}`)
  })
  return pairs.ok ? good(Object.fromEntries(pairs.value)) : pairs
}

function expandEach<A, B>(items: ReadonlyArray<A> | undefined, change: (item: A) => Parsed<B>): Parsed<Array<B>> {
  const changed: Array<B> = []
  for (const item of items ?? []) {
    const one = change(item)
    if (!one.ok) return one
    changed.push(one.value)
  }
  return good(changed)
}
