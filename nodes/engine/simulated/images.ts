import type { Healthcheck } from "../../../core/model/container-spec.ts"
import type { Random } from "../../../core/random.ts"

/** How the images of a repository behave. What is left out is as an ordinary server's. */
export interface ImageBehaviour {
  /** Without registry and tag: "nginx", "bitnami/redis". */
  readonly repository: string
  /** False: no registry has it. */
  readonly exists?: boolean
  /** Undefined: a server of which one knows only that it runs until it is stopped. */
  readonly entrypoint?: ReadonlyArray<string>
  readonly cmd?: ReadonlyArray<string>
  readonly healthcheck?: Healthcheck
  readonly stopSignal?: string
  /** The exit code after its stop signal. 143 when left out, as of a process that SIGTERM ends. */
  readonly stopExitCode?: number
  readonly size?: number
  /** What its server writes when it starts. */
  readonly greeting?: string
}

const toolbox = (repository: string, shell: string, size: number): ImageBehaviour => ({
  repository,
  entrypoint: [],
  cmd: [shell],
  size,
})

/** Images of which everybody knows what they do. All others exist and run until they are stopped. */
const wellKnownImages: ReadonlyArray<ImageBehaviour> = [
  toolbox("busybox", "sh", 4_260_000),
  toolbox("alpine", "/bin/sh", 7_800_000),
  toolbox("debian", "bash", 117_000_000),
  toolbox("ubuntu", "/bin/bash", 78_000_000),
  { repository: "hello-world", entrypoint: ["true"], cmd: [], size: 13_300 },
  {
    repository: "nginx",
    stopSignal: "SIGQUIT",
    stopExitCode: 0,
    size: 188_000_000,
    greeting: "/docker-entrypoint.sh: Configuration complete; ready for start up",
  },
  { repository: "httpd", stopSignal: "SIGWINCH", stopExitCode: 0, size: 148_000_000 },
  { repository: "redis", stopExitCode: 0, size: 117_000_000, greeting: "* Ready to accept connections tcp" },
  {
    repository: "postgres",
    stopSignal: "SIGINT",
    stopExitCode: 0,
    size: 432_000_000,
    greeting: "LOG:  database system is ready to accept connections",
  },
]

/** An image that the engine holds. Id is its digest. */
export interface SimulatedImage {
  readonly Id: string
  /** "nginx:alpine" */
  readonly Reference: string
  readonly Repository: string
  readonly Created: string
  readonly Size: number
}

/** A reference with its tag, and without what Docker leaves out when it shows it: "docker.io/library/nginx" is "nginx:latest". */
export function familiarName(image: string): string {
  const short = image.replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, "")
  const bare = short.replace(/@sha256:[0-9a-f]+$/, "")
  if (bare !== short) return hasTag(bare) ? bare : short
  return hasTag(short) ? short : `${short}:latest`
}

const hasTag = (reference: string): boolean => reference.lastIndexOf(":") > reference.lastIndexOf("/")

export function repositoryOf(image: string): string {
  const name = familiarName(image).replace(/@.*$/, "")
  return hasTag(name) ? name.slice(0, name.lastIndexOf(":")) : name
}

/** What the world's registries hold, and how it behaves. */
export class ImageCatalogue {
  readonly #known: ReadonlyMap<string, ImageBehaviour>

  constructor(images: ReadonlyArray<ImageBehaviour> = []) {
    this.#known = new Map([...wellKnownImages, ...images].map((image) => [image.repository, image]))
  }

  behaviour(image: string): ImageBehaviour {
    const repository = repositoryOf(image)
    return this.#known.get(repository) ?? { repository, exists: !repository.startsWith("nosuch/") }
  }
}

/** The image of a reference, the same on every engine: its digest comes from its name. */
export function makeImage(
  reference: string,
  behaviour: ImageBehaviour,
  created: string,
  digest: Random,
): SimulatedImage {
  let hex = ""
  while (hex.length < 64) hex += digest.uint32().toString(16).padStart(8, "0")
  return {
    Id: `sha256:${hex}`,
    Reference: reference,
    Repository: behaviour.repository,
    Created: created,
    Size: behaviour.size ?? 20_000_000 + digest.int(180_000_000),
  }
}
