import { bool, filters } from "./args/flag.ts"
import type { Cli } from "./cli.ts"
import type { Filters } from "./client/engine.ts"
import { humanSize } from "./format/human.ts"

// What the prune commands have in common (docker/cli cli/command/*/prune.go).

export const force = bool("Do not prompt for confirmation", { short: "f" })

/** `-f` is --force here. */
export const filter = (example = "until=<timestamp>") => {
  const { short: _, ...rest } = filters(`Provide filter values (e.g. "${example}")`)
  return rest
}

/** What is gone, a line each, and how many bytes that gives back. */
export interface Pruned {
  readonly title: string
  readonly lines: ReadonlyArray<string>
  readonly bytes: number
}

export function printPruned(cli: Cli, { title, lines }: Pruned): void {
  if (lines.length > 0) cli.out(`${title}:\n${lines.join("\n")}\n\n`)
}

export const printReclaimed = (cli: Cli, bytes: number): void => cli.out(`Total reclaimed space: ${humanSize(bytes)}\n`)

interface Answer {
  readonly SpaceReclaimed?: number
}

export async function pruneContainers(cli: Cli, given: Filters): Promise<Pruned> {
  interface Containers extends Answer {
    readonly ContainersDeleted?: ReadonlyArray<string> | null
  }
  const answer = await cli.engine.post<Containers>("/containers/prune", { filters: given })
  return { title: "Deleted Containers", lines: answer.ContainersDeleted ?? [], bytes: answer.SpaceReclaimed ?? 0 }
}

export async function pruneImages(cli: Cli, given: Filters, all: boolean): Promise<Pruned> {
  interface Images extends Answer {
    readonly ImagesDeleted?: ReadonlyArray<{ readonly Untagged?: string; readonly Deleted?: string }> | null
  }
  const wanted: Filters = [...given, ["dangling", String(!all)]]
  const answer = await cli.engine.post<Images>("/images/prune", { filters: wanted })
  const lines = (answer.ImagesDeleted ?? []).map(({ Untagged, Deleted }) =>
    Untagged ? `untagged: ${Untagged}` : `deleted: ${Deleted}`,
  )
  return { title: "Deleted Images", lines, bytes: answer.SpaceReclaimed ?? 0 }
}

export async function pruneVolumes(cli: Cli, given: Filters): Promise<Pruned> {
  interface Volumes extends Answer {
    readonly VolumesDeleted?: ReadonlyArray<string> | null
  }
  const answer = await cli.engine.post<Volumes>("/volumes/prune", { filters: given })
  return { title: "Deleted Volumes", lines: answer.VolumesDeleted ?? [], bytes: answer.SpaceReclaimed ?? 0 }
}

export async function pruneNetworks(cli: Cli, given: Filters): Promise<Pruned> {
  interface Networks {
    readonly NetworksDeleted?: ReadonlyArray<string> | null
  }
  const answer = await cli.engine.post<Networks>("/networks/prune", { filters: given })
  return { title: "Deleted Networks", lines: answer.NetworksDeleted ?? [], bytes: 0 }
}

export async function pruneBuildCache(cli: Cli, given: Filters, all: boolean): Promise<Pruned> {
  interface Caches extends Answer {
    readonly CachesDeleted?: ReadonlyArray<string> | null
  }
  const answer = await cli.engine.post<Caches>("/build/prune", { query: { all: all ? 1 : undefined }, filters: given })
  return { title: "Deleted build cache objects", lines: answer.CachesDeleted ?? [], bytes: answer.SpaceReclaimed ?? 0 }
}
