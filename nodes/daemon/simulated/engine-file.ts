import { readFileSync, renameSync, writeFileSync } from "node:fs"
import type { DurableEngine } from "../../engine/simulated/engine.ts"

interface Kept extends Omit<DurableEngine, "outputs"> {
  readonly format: 1
  readonly outputs: ReadonlyArray<
    readonly [container: string, entries: NonNullable<ReturnType<DurableEngine["outputs"]["get"]>>]
  >
}

type Lists = readonly [
  DurableEngine["images"],
  DurableEngine["containers"],
  DurableEngine["volumes"],
  DurableEngine["networks"],
]

const listsOf = ({ images, containers, volumes, networks }: DurableEngine): Lists => [
  images,
  containers,
  volumes,
  networks,
]

/**
 * What a simulated engine holds, in a file, so that its containers outlive the process of their daemon as a real engine's do. It outlives the
 * process, not the machine: nothing is flushed. What secrets hold is left out.
 */
export class EngineFile {
  readonly #path: string
  #written: Lists | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Undefined when there is none, or none that can be read. */
  load(): DurableEngine | undefined {
    try {
      // Written by this class alone.
      const kept: Kept = JSON.parse(readFileSync(this.#path, "utf8"))
      return kept.format === 1 ? { ...kept, outputs: new Map(kept.outputs) } : undefined
    } catch {
      return undefined
    }
  }

  /** Writes it if anything but the containers' output is another than before; `always`: if that alone is, too. */
  save(engine: DurableEngine, always = false): void {
    const lists = listsOf(engine)
    if (!always && this.#written?.every((list, at) => isSame(list, lists[at]))) return
    this.#written = lists
    const { images, containers, volumes, networks, outputs } = engine
    const kept: Kept = {
      format: 1,
      images,
      containers: containers.map(withoutSecrets),
      volumes,
      networks,
      outputs: [...outputs],
    }
    writeFileSync(`${this.#path}.next`, JSON.stringify(kept), { mode: 0o600 })
    renameSync(`${this.#path}.next`, this.#path)
  }
}

/** The engine's objects never change: others take their place. */
const isSame = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown> = []): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at])

const withoutSecrets = (container: DurableEngine["containers"][number]): DurableEngine["containers"][number] => {
  const { secrets } = container.Request
  if (secrets === undefined) return container
  const blank = secrets.map((secret) => ({ ...secret, spec: { ...secret.spec, Data: "" } }))
  return { ...container, Request: { ...container.Request, secrets: blank } }
}
