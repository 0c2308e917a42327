import type { ServiceSpec } from "../../core/model/index.ts"
import type { Cli } from "../cli.ts"
import { CliError } from "../errors.ts"
import { taggedImage } from "../format/image.ts"

interface Distribution {
  readonly Descriptor?: { readonly digest?: string }
  readonly Platforms?: ReadonlyArray<{ readonly architecture?: string; readonly os?: string }> | null
}

export interface PreparedSpec {
  readonly spec: ServiceSpec
  /** To be shown once the service is there. */
  readonly warnings: ReadonlyArray<string>
}

/**
 * The spec as it is sent: its image has a tag and, with `query`, the digest the registry has for it, so that all nodes run the same. When
 * the registry cannot be asked, there is a warning instead.
 */
export async function prepareImage(cli: Cli, spec: ServiceSpec, query: boolean): Promise<PreparedSpec> {
  const image = taggedImage(spec.TaskTemplate.ContainerSpec?.Image ?? "")
  const tagged = withImage(spec, image)
  if (!query || image === "") return { spec: tagged, warnings: [] }
  try {
    const found = await cli.engine.get<Distribution>(`/distribution/${encodeURI(image)}/json`)
    return {
      spec: withPlatforms(withImage(tagged, withDigest(image, found.Descriptor?.digest ?? "")), found),
      warnings: [],
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return { spec: tagged, warnings: [digestWarning(image)] }
  }
}

const withDigest = (image: string, digest: string): string =>
  digest === "" || image.includes("@") ? image : `${image}@${digest}`

const withImage = (spec: ServiceSpec, image: string): ServiceSpec =>
  spec.TaskTemplate.ContainerSpec === undefined || image === ""
    ? spec
    : {
        ...spec,
        TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Image: image } },
      }

/** The platforms that the image is made for bind its tasks to nodes of these. */
function withPlatforms(spec: ServiceSpec, { Platforms: platforms }: Distribution): ServiceSpec {
  if (platforms === undefined || platforms === null || platforms.length === 0) return spec
  const Platforms = platforms.map(({ architecture = "", os = "" }) => ({ Architecture: architecture, OS: os }))
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, Placement: { ...spec.TaskTemplate.Placement, Platforms } } }
}

const digestWarning = (image: string): string =>
  `image ${image} could not be accessed on a registry to record\n` +
  `its digest. Each node will access ${image} independently,\n` +
  "possibly leading to different nodes running different\nversions of the image.\n"
