import { execFile, spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"

/**
 * The images that scenarios and tests name, made of a busybox: there is no registry where the swarms run. What matters is that the commands stay
 * up, end and print as the scenarios say.
 */
const images: ReadonlyArray<{ readonly names: ReadonlyArray<string>; readonly changes: ReadonlyArray<string> }> = [
  { names: ["busybox:latest", "busybox:1.36", "alpine:latest"], changes: ['CMD ["sh"]'] },
  {
    names: [
      "nginx:alpine",
      "nginx:latest",
      "dockersamples/examplevotingapp_vote",
      "dockersamples/examplevotingapp_result",
      "dockersamples/examplevotingapp_worker",
    ],
    changes: ['CMD ["sh","-c","mkdir -p /www; hostname > /www/index.html; exec httpd -f -p 80 -h /www"]', "EXPOSE 80"],
  },
  { names: ["redis:alpine"], changes: ['CMD ["sleep","1d"]', "EXPOSE 6379", 'VOLUME ["/data"]'] },
  {
    names: ["postgres:15-alpine"],
    changes: ['CMD ["sleep","1d"]', "EXPOSE 5432", 'VOLUME ["/var/lib/postgresql/data"]'],
  },
]

/** A root file system with nothing but busybox in it, as a tar file. */
export function makeRootfs(folder: string, busybox: string): string {
  const bin = join(folder, "rootfs/bin")
  mkdirSync(bin, { recursive: true })
  copyFileSync(busybox, join(bin, "busybox"))
  const { stdout } = spawnSync(busybox, ["--list"], { encoding: "utf8" })
  for (const applet of stdout.split("\n")) {
    if (applet !== "" && !existsSync(join(bin, applet))) symlinkSync("busybox", join(bin, applet))
  }
  const tar = join(folder, "rootfs.tar")
  const packed = spawnSync("tar", ["-C", join(folder, "rootfs"), "-cf", tar, "."], { encoding: "utf8" })
  if (packed.status !== 0) throw new Error(packed.stderr)
  return tar
}

export async function importImages(host: string, rootfs: string): Promise<void> {
  const docker = async (...args: ReadonlyArray<string>) =>
    (await promisify(execFile)("docker", ["-H", host, ...args])).stdout.trim()
  for (const { names, changes } of images) {
    const [first = "", ...others] = names
    const id = await docker("import", ...changes.flatMap((change) => ["-c", change]), rootfs, first)
    for (const name of others) await docker("tag", id, name)
  }
}
