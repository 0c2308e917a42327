import type { ImageSummary } from "../client/types.ts"
import { ago, humanSize, localGoTime, shortId } from "../format/human.ts"
import { familiarName } from "../format/image.ts"
import type { Listing, Row } from "../format/listing.ts"

/** The table of `image ls`. */
export const imageListing: Listing = {
  type: "*formatter.imageContext",
  headers: {
    ID: "IMAGE ID",
    Repository: "REPOSITORY",
    Tag: "TAG",
    Digest: "DIGEST",
    CreatedSince: "CREATED",
    CreatedAt: "CREATED AT",
    Size: "SIZE",
    Containers: "CONTAINERS",
    VirtualSize: "SIZE",
    SharedSize: "SHARED SIZE",
    UniqueSize: "UNIQUE SIZE",
  },
  columns: ["Repository", "Tag", "ID", "CreatedSince", "Size"],
}

export const withDigests: Listing = {
  ...imageListing,
  columns: ["Repository", "Tag", "Digest", "ID", "CreatedSince", "Size"],
}

/** What `--format raw` stands for. */
export const rawTemplate = (digests: boolean): string =>
  `repository: {{.Repository}}
tag: {{.Tag}}
${digests ? "digest: {{.Digest}}\n" : ""}image_id: {{.ID}}
created_at: {{.CreatedAt}}
virtual_size: {{.Size}}
`

export interface ImageStyle {
  readonly truncate: boolean
  /** Whether digests are looked at, and whether an image that has only digests has a row for each. */
  readonly needsDigest: boolean
  readonly showsDigest: boolean
  readonly now: number
}

/** A row for each name of an image, and for each digest of it where those are shown. */
export const imageRows = (images: ReadonlyArray<ImageSummary>, style: ImageStyle): ReadonlyArray<Row> =>
  images.flatMap((image) => namesOf(image, style).map((name) => imageRow(image, name, style)))

interface Name {
  readonly repository: string
  readonly tag: string
  readonly digest: string
}

const none = "<none>"

function namesOf({ RepoTags, RepoDigests }: ImageSummary, style: ImageStyle): ReadonlyArray<Name> {
  const tags = (RepoTags ?? []).filter((tag) => tag !== `${none}:${none}`)
  const digests = (RepoDigests ?? []).filter((digest) => digest !== `${none}@${none}`)
  if (tags.length === 0 && digests.length === 0) return [{ repository: none, tag: none, digest: none }]
  const tagged = tags.map((text) => parted(familiarName(text), ":"))
  const digested = digests
    .map((text) => parted(text, "@"))
    .map(([name, digest]) => [familiarName(name), digest] as const)
  const named = tagged.flatMap(([repository, tag]) => {
    const own = style.needsDigest ? digested.filter(([name]) => name === repository) : []
    if (own.length === 0) return [{ repository, tag, digest: none }]
    return own.map(([, digest]) => ({ repository, tag, digest }))
  })
  const alone = digested.filter(([name]) => !tagged.some(([repository]) => repository === name))
  if (style.showsDigest) return [...named, ...alone.map(([repository, digest]) => ({ repository, tag: none, digest }))]
  const repositories = [...new Set(alone.map(([name]) => name))]
  return [...named, ...repositories.map((repository) => ({ repository, tag: none, digest: "" }))]
}

function parted(text: string, separator: string): readonly [string, string] {
  const at = text.lastIndexOf(separator)
  return [text.slice(0, at), text.slice(at + 1)]
}

function imageRow(image: ImageSummary, { repository, tag, digest }: Name, { truncate, now }: ImageStyle): Row {
  const { Id, Created, Size, SharedSize = 0, Containers = 0 } = image
  return {
    ID: truncate ? shortId(Id) : Id,
    Repository: repository,
    Tag: tag,
    Digest: digest,
    CreatedSince: ago(new Date(Created * 1000).toISOString(), now),
    CreatedAt: localGoTime(Created),
    Size: humanSize(Size, 3),
    Containers: Containers === -1 ? "N/A" : String(Containers),
    VirtualSize: humanSize(Size),
    SharedSize: SharedSize === -1 ? "N/A" : humanSize(SharedSize),
    UniqueSize: Size === -1 || SharedSize === -1 ? "N/A" : humanSize(Size - SharedSize),
  }
}
