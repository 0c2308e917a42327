import { newHexId } from "../../../core/id.ts"
import type { Mount } from "../../../core/model/container-spec.ts"
import type { Random } from "../../../core/random.ts"

/** A volume of one engine, with the names of the Engine API. */
export interface LocalVolume {
  readonly Name: string
  readonly Driver: string
  readonly Mountpoint: string
  readonly CreatedAt: string
  readonly Scope: "local"
  readonly Labels: Readonly<Record<string, string>>
  readonly Options: Readonly<Record<string, string>>
}

/** Whether a path of the host is there. Everything is, but what is under /no. */
export const defaultHostPath = (path: string): boolean => path !== "/no" && !path.startsWith("/no/")

/** Why the engine refuses a mount, in its words. */
export function mountError(mount: Mount, exists: (path: string) => boolean): string | undefined {
  const type = mount.Type ?? "volume"
  const invalid = (reason: string): string => `invalid mount config for type "${type}": ${reason}`
  if (mount.Target === undefined || mount.Target === "") return invalid("field Target must not be empty")
  if (type !== "bind") return undefined
  if (mount.Source === undefined || mount.Source === "") return invalid("field Source must not be empty")
  if (!mount.Source.startsWith("/")) return invalid(`invalid mount path: '${mount.Source}' mount path must be absolute`)
  if (mount.BindOptions?.CreateMountpoint === true || exists(mount.Source)) return undefined
  return invalid(`bind source path does not exist: ${mount.Source}`)
}

/** The volume of a mount: one without a name gets one that nobody else has. */
export function volumeOf(mount: Mount, created: string, random: Random): LocalVolume | undefined {
  if ((mount.Type ?? "volume") !== "volume") return undefined
  const name = mount.Source === undefined || mount.Source === "" ? newHexId(random) : mount.Source
  return {
    Name: name,
    Driver: mount.VolumeOptions?.DriverConfig?.Name ?? "local",
    Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
    CreatedAt: created,
    Scope: "local",
    Labels: mount.VolumeOptions?.Labels ?? {},
    Options: mount.VolumeOptions?.DriverConfig?.Options ?? {},
  }
}
