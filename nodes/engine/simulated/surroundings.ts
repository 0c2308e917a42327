import type { ContainerRequest } from "../engine.ts"

/** What a program finds around it inside its container. */
export interface Surroundings {
  readonly env: ReadonlyMap<string, string>
  readonly hostname: string
  /** Contents by path: the secrets and configs that the container was given. */
  readonly files: ReadonlyMap<string, string>
}

export const bare: Surroundings = { env: new Map(), hostname: "", files: new Map() }

/** Secrets lie in /run/secrets, configs in /, unless their target is a path. */
export function surroundingsOf(request: ContainerRequest, containerId: string): Surroundings {
  const spec = request.spec.ContainerSpec ?? {}
  const files = new Map<string, string>()
  for (const { SecretID, File } of spec.Secrets ?? []) {
    const secret = request.secrets?.find(({ id }) => id === SecretID)
    if (secret && File) files.set(pathOf("/run/secrets/", File.Name), decoded(secret.spec.Data))
  }
  for (const { ConfigID, File } of spec.Configs ?? []) {
    const config = request.configs?.find(({ id }) => id === ConfigID)
    if (config && File) files.set(pathOf("/", File.Name), decoded(config.spec.Data))
  }
  const hostname = request.hostname || containerId.slice(0, 12)
  const own = (spec.Env ?? []).filter((pair) => pair.includes("="))
  const env = new Map([["PATH", defaultPath], ["HOSTNAME", hostname], ...own.map(pairOf), ["HOME", "/root"]])
  return { env, hostname, files }
}

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

function pairOf(text: string): [string, string] {
  const at = text.indexOf("=")
  return [text.slice(0, at), text.slice(at + 1)]
}

const pathOf = (folder: string, name: string): string => (name.startsWith("/") ? name : `${folder}${name}`)

const decoded = (data: string | undefined): string => Buffer.from(data ?? "", "base64").toString("latin1")
