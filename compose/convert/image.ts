export type ImageReference = { readonly familiar: string } | { readonly error: string }

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*"
const host = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
const domainForm = `(?:${host}(?:\\.${host})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`
const tagForm = "[\\w][\\w.-]{0,127}"
const digestForm = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
const referenceForm = new RegExp(
  `^((?:${domainForm}/)?${component}(?:/${component})*)(?::(${tagForm}))?(?:@(${digestForm}))?$`,
)

const defaultDomain = "docker.io"

const splitDomain = (image: string): { domain: string; rest: string } => {
  const slash = image.indexOf("/")
  const first = image.slice(0, Math.max(slash, 0))
  const isHost = slash >= 0 && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first)
  const domain = isHost ? first : defaultDomain
  const rest = isHost ? image.slice(slash + 1) : image
  if (domain !== "index.docker.io" && domain !== defaultDomain) return { domain, rest }
  return { domain: defaultDomain, rest: rest.includes("/") ? rest : `library/${rest}` }
}

const familiarName = (name: string): string => {
  const prefix = `${defaultDomain}/`
  if (!name.startsWith(prefix)) return name
  const path = name.slice(prefix.length)
  return /^library\/[^/]+$/.test(path) ? path.slice("library/".length) : path
}

/**
 * Reads an image name as Docker's reference library does and gives it back in its short form with a tag:
 * `nginx` and `docker.io/library/nginx` are both `nginx:latest`. An image ID (64 hex digits) stays as it is.
 */
export const parseImage = (image: string): ImageReference => {
  if (/^[a-f0-9]{64}$/.test(image)) return { familiar: `sha256:${image}` }
  const { domain, rest } = splitDomain(image)
  const remote = rest.split(":")[0] ?? rest
  if (remote !== remote.toLowerCase()) {
    return { error: `invalid reference format: repository name (${remote}) must be lowercase` }
  }
  const found = referenceForm.exec(`${domain}/${rest}`)
  if (found === null) return { error: "invalid reference format" }
  const [, name = "", tag, digest] = found
  if (name.length > 255) return { error: "repository name must not be more than 255 characters" }
  const end = digest === undefined ? `:${tag ?? "latest"}` : `${tag === undefined ? "" : `:${tag}`}@${digest}`
  return { familiar: familiarName(name) + end }
}
