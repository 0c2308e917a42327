import { type Instant, toRfc3339 } from "../../../core/instant.ts"
import { Random } from "../../../core/random.ts"
import { familiarName, type ImageBehaviour, ImageCatalogue, makeImage, type SimulatedImage } from "./images.ts"

/** The images that an engine holds, and its way to the registries. */
export class ImageStore {
  readonly #catalogue: ImageCatalogue
  readonly #images = new Map<string, SimulatedImage>()
  registryReachable = true

  constructor(images: ReadonlyArray<ImageBehaviour> | undefined, held: ReadonlyArray<SimulatedImage> | undefined) {
    this.#catalogue = new ImageCatalogue(images)
    for (const image of held ?? []) this.#images.set(image.Reference, image)
  }

  list(): ReadonlyArray<SimulatedImage> {
    return [...this.#images.values()]
  }

  /** The image of a reference, when the engine has it. */
  find(image: string): SimulatedImage | undefined {
    return this.#images.get(familiarName(image))
  }

  behaviour(image: string): ImageBehaviour {
    return this.#catalogue.behaviour(image)
  }

  /** Whether a pull would have to fetch it. */
  mustFetch(image: string): boolean {
    return !this.find(image) && this.registryReachable && this.behaviour(image).exists !== false
  }

  /** Pulls it, or says why it cannot be. */
  pull(now: Instant, image: string): string | undefined {
    const error = this.pullError(image)
    if (error === undefined) this.hold(now, image)
    return error
  }

  /** Why it cannot be pulled, in the engine's words. */
  pullError(image: string): string | undefined {
    const { repository, exists } = this.behaviour(image)
    if (!this.registryReachable)
      return 'Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)'
    if (exists === false)
      return `pull access denied for ${repository}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`
    return undefined
  }

  remove(reference: string): void {
    this.#images.delete(reference)
  }

  /** Puts an image there, as a pull that succeeds does. */
  hold(now: Instant, image: string): void {
    if (this.find(image) !== undefined) return
    const reference = familiarName(image)
    const digest = new Random(`image ${reference}`)
    this.#images.set(reference, makeImage(reference, this.behaviour(image), toRfc3339(now), digest))
  }
}
