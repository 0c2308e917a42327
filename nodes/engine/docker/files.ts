import { execFile } from "node:child_process"
import { chmod, chown, mkdir, readdir, rm, statfs, writeFile } from "node:fs/promises"
import { isAbsolute, join, posix } from "node:path"
import { promisify } from "node:util"
import * as Effect from "effect/Effect"
import type { FileTarget } from "../../../core/model/container-spec.ts"
import type { ContainerRequest } from "../engine.ts"
import type { FileMount } from "./create-body.ts"
import { EngineError } from "./error.ts"

const tmpfsMagic = 0x01021994

/**
 * The secrets and configs of the node's containers: a folder for each task, on a file system in memory, its files mounted read-only into the
 * container one by one, as Swarm does it. They outlive this process, as the containers do.
 */
export class TaskFiles {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** `warn`: where memory cannot be had, the files lie on the disk, for root's eyes only. */
  static open = (folder: string, warn: (message: string) => void): Effect.Effect<TaskFiles> =>
    Effect.promise(async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      if ((await statfs(folder)).type !== tmpfsMagic) {
        await promisify(execFile)("mount", [
          "-t",
          "tmpfs",
          "-o",
          "mode=0700,nosuid,nodev,noexec",
          "tmpfs",
          folder,
        ]).catch((error: unknown) =>
          warn(`secrets are kept on disk in ${folder}: no tmpfs can be mounted there (${String(error)})`),
        )
      }
      return new TaskFiles(folder)
    })

  /** Writes a container's files, anew if there are any of its name. */
  write(request: ContainerRequest): Effect.Effect<ReadonlyArray<FileMount>, EngineError> {
    const files = wantedFiles(request)
    if (typeof files === "string") return Effect.fail(new EngineError({ message: files, status: 400 }))
    if (files.length === 0) return Effect.succeed([])
    const folder = this.#of(request.name)
    return Effect.tryPromise({
      try: async () => {
        await rm(folder, { recursive: true, force: true })
        await mkdir(folder, { recursive: true, mode: 0o700 })
        return await Promise.all(files.map((file, number) => writeOne(join(folder, String(number)), file)))
      },
      catch: (error) => new EngineError({ message: `error injecting secret: ${String(error)}`, status: 500 }),
    })
  }

  remove(containerName: string): Effect.Effect<void> {
    return Effect.promise(() => rm(this.#of(containerName), { recursive: true, force: true }).catch(() => undefined))
  }

  /** Removes the files of all containers but these. */
  keepOnly(containerNames: ReadonlySet<string>): Effect.Effect<void> {
    const kept = new Set([...containerNames].map(folderName))
    return Effect.promise(async () => {
      for (const name of await readdir(this.#folder).catch(() => []))
        if (!kept.has(name)) await rm(join(this.#folder, name), { recursive: true, force: true }).catch(() => undefined)
    })
  }

  #of(containerName: string): string {
    return join(this.#folder, folderName(containerName))
  }
}

const folderName = (containerName: string): string => encodeURIComponent(containerName)

interface WantedFile {
  readonly target: string
  readonly file: FileTarget
  /** Base64. */
  readonly data: string
}

/** The files of the spec's references, or why there is one that cannot be had. */
function wantedFiles({ spec, secrets = [], configs = [] }: ContainerRequest): ReadonlyArray<WantedFile> | string {
  const files: Array<WantedFile> = []
  const container = spec.ContainerSpec ?? {}
  for (const { SecretID, File } of container.Secrets ?? []) {
    const secret = secrets.find(({ id }) => id === SecretID)
    if (File === undefined) continue
    if (secret === undefined) return `unable to get secret from secret store: secret ${SecretID} is not here`
    files.push({ target: targetOf("/run/secrets", File.Name), file: File, data: secret.spec.Data ?? "" })
  }
  for (const { ConfigID, File } of container.Configs ?? []) {
    const config = configs.find(({ id }) => id === ConfigID)
    if (File === undefined) continue
    if (config === undefined) return `unable to get config from config store: config ${ConfigID} is not here`
    files.push({ target: targetOf("/", File.Name), file: File, data: config.spec.Data ?? "" })
  }
  return files
}

const targetOf = (folder: string, name: string): string => (isAbsolute(name) ? name : posix.join(folder, name))

async function writeOne(source: string, { target, file, data }: WantedFile): Promise<FileMount> {
  await writeFile(source, Buffer.from(data, "base64"), { mode: 0o600 })
  await chown(source, numeric(file.UID), numeric(file.GID))
  await chmod(source, file.Mode & 0o7777)
  return { source, target }
}

function numeric(id: string): number {
  const number = Number(id === "" ? "0" : id)
  if (!Number.isInteger(number) || number < 0) throw new Error(`strconv.Atoi: parsing "${id}": invalid syntax`)
  return number
}
