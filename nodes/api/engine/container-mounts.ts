import type { Mount } from "../../../core/model/container-spec.ts"
import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import type { LocalVolume } from "../../engine/simulated/mounts.ts"

/** What is mounted in a container, as list and inspect show it. */
export function mountPoints(
  { Request, Volumes }: SimulatedContainer,
  volumes: ReadonlyArray<LocalVolume>,
): ReadonlyArray<object> {
  const names = [...Volumes]
  return (Request.spec.ContainerSpec?.Mounts ?? []).map((mount) => {
    const type = mount.Type ?? "volume"
    if (type !== "volume") return point(mount, { Type: type, Source: type === "bind" ? (mount.Source ?? "") : "" })
    const Name = names.shift() ?? ""
    const volume = volumes.find((one) => one.Name === Name)
    return point(mount, { Type: type, Name, Source: volume?.Mountpoint ?? "", Driver: volume?.Driver ?? "local" })
  })
}

const point = (mount: Mount, source: object): object => ({
  ...source,
  Destination: mount.Target ?? "",
  Mode: mount.Type === undefined || mount.Type === "volume" ? "z" : "",
  RW: mount.ReadOnly !== true,
  Propagation: mount.Type === "bind" ? (mount.BindOptions?.Propagation ?? "rprivate") : "",
})
