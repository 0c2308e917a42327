import { isAbsolute } from "node:path"
import type { Mount } from "../../../core/model/container-spec.ts"

/** Why a spec's mounts cannot be, in Swarm's words. Source: moby daemon/cluster/executor/container/validate.go. */
export function mountsError(mounts: ReadonlyArray<Mount>): string | undefined {
  for (const mount of mounts) {
    const error = mountError(mount)
    if (error !== undefined) return error
  }
  return undefined
}

function mountError({ Type = "bind", Source = "", Target = "" }: Mount): string | undefined {
  if (!isAbsolute(Target) && Type !== "npipe") return `invalid mount target, must be an absolute path: ${Target}`
  switch (Type) {
    case "bind":
      return isAbsolute(Source) ? undefined : `invalid bind mount source, must be an absolute path: ${Source}`
    case "volume":
      return isAbsolute(Source) ? `invalid volume mount source, must not be an absolute path: ${Source}` : undefined
    case "tmpfs":
      return Source === "" ? undefined : "invalid tmpfs source, source must be empty"
    case "npipe":
      return Source === "" ? "invalid npipe source, source must not be empty" : undefined
    default:
      return `invalid mount type: ${Type}`
  }
}
