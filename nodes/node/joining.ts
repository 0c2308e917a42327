import * as Result from "effect/Result"
import type { ApiError } from "../../core/errors.ts"
import { newId } from "../../core/id.ts"
import { type Instant, seconds } from "../../core/instant.ts"
import type { Obtained, Platform, Joining as Request } from "./platform.ts"

export interface JoiningOptions extends Omit<Request, "remote" | "wish"> {
  readonly remotes: ReadonlyArray<string>
  readonly admitted: (by: Extract<NonNullable<Obtained>, { readonly _tag: "Success" }>["success"]) => void
  /** The managers do not want this machine; it is not tried any more. */
  readonly refused: (error: ApiError) => void
}

/** Between two attempts, and how long one may take before the next manager is asked. */
const retry_ms = seconds(1)
const attempt_ms = seconds(5)

/** How long a refusal is not believed: a token may be on its way to the manager that was asked (Swarm tries for as long). */
const refusal_ms = seconds(10)

/** A machine that wants to be let into a swarm: asks one manager after the other until it is, or is told that it will not be. */
export class Joining {
  readonly #platform: Platform
  readonly #options: JoiningOptions
  readonly #set: (at: Instant | undefined) => void
  readonly #began: Instant
  readonly #wish: string
  #attempt = 0
  #stopped = false
  #refusal: ApiError | undefined

  constructor(platform: Platform, options: JoiningOptions) {
    this.#platform = platform
    this.#options = options
    this.#began = platform.now()
    this.#wish = newId(platform.random)
    this.#set = platform.alarm(() => this.#ring())
  }

  start(): void {
    this.#ask()
  }

  stop(): void {
    this.#stopped = true
    this.#set(undefined)
  }

  #ring(): void {
    if (this.#stopped) return
    if (this.#refusal !== undefined && this.#platform.now() - this.#began >= refusal_ms) {
      this.stop()
      this.#options.refused(this.#refusal)
    } else this.#ask()
  }

  #ask(): void {
    const attempt = ++this.#attempt
    const { remotes, token, availability } = this.#options
    const remote = remotes[(attempt - 1) % remotes.length] ?? ""
    this.#set(this.#platform.now() + attempt_ms)
    this.#platform.authority.obtain({ remote, token, availability, wish: this.#wish }, (outcome) => {
      if (this.#stopped) return
      if (outcome !== undefined && Result.isSuccess(outcome)) {
        this.stop()
        this.#options.admitted(outcome.success)
      } else if (attempt === this.#attempt) this.#failed(outcome?.failure)
    })
  }

  #failed(error: ApiError | undefined): void {
    const now = this.#platform.now()
    if (error !== undefined) this.#refusal = error
    const next = now + retry_ms
    this.#set(this.#refusal === undefined ? next : Math.max(now, Math.min(next, this.#began + refusal_ms)))
  }
}
