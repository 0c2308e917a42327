import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Cli } from "../cli.ts"

/** A name and a password, or a token that stands for both. */
type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly username: string; readonly identitytoken: string }

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>
  readonly credsStore?: string
  readonly credHelpers?: Readonly<Record<string, string>>
}

const hub = "https://index.docker.io/v1/"

/** The registry of an image, as credentials are filed: the first part if it looks like a host, else Docker's own. */
export const registryOf = (image: string): string => {
  const [first = "", ...rest] = image.split("/")
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : hub
}

const readConfig = (cli: Cli): DockerConfig => {
  const folder = cli.env.DOCKER_CONFIG ?? join(cli.env.HOME ?? "", ".docker")
  try {
    return JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))
  } catch {
    return {}
  }
}

/** Asks a helper (`docker-credential-NAME get`), as docker does. */
const fromHelper = (helper: string, registry: string): Credentials | undefined => {
  const asked = spawnSync(`docker-credential-${helper}`, ["get"], { input: registry, encoding: "utf8", timeout: 5000 })
  if (asked.status !== 0) return undefined
  try {
    const { Username = "", Secret = "" } = JSON.parse(asked.stdout) as { Username?: string; Secret?: string }
    return Username === "<token>" ? { username: "", identitytoken: Secret } : { username: Username, password: Secret }
  } catch {
    return undefined
  }
}

const fromFile = (config: DockerConfig, registry: string): Credentials | undefined => {
  const entry =
    config.auths?.[registry] ?? config.auths?.[`https://${registry}`] ?? config.auths?.[`https://${registry}/v1/`]
  if (!entry?.auth && !entry?.identitytoken) return undefined
  const [username = "", ...password] = Buffer.from(entry.auth ?? "", "base64")
    .toString("utf8")
    .split(":")
  if (entry.identitytoken) return { username, identitytoken: entry.identitytoken }
  return { username, password: password.join(":") }
}

/** The header that gives an engine the client's credentials for an image's registry, so that it can hand them to its nodes. */
export const registryAuth = (cli: Cli, image: string): Readonly<Record<string, string>> => {
  const registry = registryOf(image)
  const config = readConfig(cli)
  const helper = config.credHelpers?.[registry] ?? config.credsStore
  const found = helper === undefined ? fromFile(config, registry) : fromHelper(helper, registry)
  const body = found === undefined ? {} : { ...found, serveraddress: registry }
  return { "X-Registry-Auth": Buffer.from(JSON.stringify(body)).toString("base64url") }
}
