/** Why a text is no image reference, in the words of distribution/reference; undefined when it is one. */
export function imageReferenceError(image: string): string | undefined {
  if (/^[a-f0-9]{64}$/.test(image)) {
    return `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`
  }
  const { domain, rest } = splitDomain(image)
  const [path = ""] = rest.split(/[:@]/, 1)
  if (path !== path.toLowerCase()) return "invalid reference format: repository name must be lowercase"
  const match = referencePattern.exec(rest)
  if (!match || (domain !== undefined && !domainPattern.test(domain))) return "invalid reference format"
  const name = `${domain ?? "docker.io"}/${match[1]}`
  return name.length > nameLengthMax ? `repository name must not be more than ${nameLengthMax} characters` : undefined
}

const nameLengthMax = 255
const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*"
const digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
const referencePattern = new RegExp(`^(${component}(?:/${component})*)(?::\\w[\\w.-]{0,127})?(?:@${digest})?$`)
const label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
const domainPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`)

/** The registry's host is what comes before the first slash, if it looks like a host: a dot, a port, or localhost. */
function splitDomain(image: string): { readonly domain: string | undefined; readonly rest: string } {
  const slash = image.indexOf("/")
  const first = slash < 0 ? "" : image.slice(0, slash)
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase()
  return isHost ? { domain: first, rest: image.slice(slash + 1) } : { domain: undefined, rest: image }
}
