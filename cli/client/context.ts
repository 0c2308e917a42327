import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { CliError } from "../errors.ts"

type Env = Readonly<Record<string, string | undefined>>

/**
 * The address of the docker context that DOCKER_CONTEXT or the docker CLI's configuration names; undefined for its default one. Fails with
 * CliError for a context that there is not, or whose engine cannot be reached without TLS material or SSH.
 */
export function contextHost(env: Env): string | undefined {
  const folder = env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker")
  const name = env.DOCKER_CONTEXT || textAt(readJson(join(folder, "config.json")), "currentContext")
  if (name === undefined || name === "default") return undefined
  // Docker files a context under the hash of its name.
  const hash = createHash("sha256").update(name).digest("hex")
  const meta = readJson(join(folder, "contexts", "meta", hash, "meta.json"))
  const host = textAt(meta, "Endpoints", "docker", "Host")
  if (host === undefined)
    throw new CliError(`context ${JSON.stringify(name)}: context not found. try: docker context ls`)
  return host
}

/** undefined for what is not there or no JSON. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch {
    return undefined
  }
}

function textAt(value: unknown, ...path: ReadonlyArray<string>): string | undefined {
  let inner = value
  for (const key of path) {
    if (typeof inner !== "object" || inner === null) return undefined
    inner = Object.entries(inner).find(([name]) => name === key)?.[1]
  }
  return typeof inner === "string" && inner !== "" ? inner : undefined
}
