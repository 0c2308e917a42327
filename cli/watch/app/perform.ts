import { at, type Engine } from "../../client/engine.ts"
import { frames, streamBody } from "../../client/stream.ts"
import { messageOf, ResponseError } from "../../errors.ts"
import type { Effect } from "./effects.ts"
import type { Happening } from "./reduce.ts"

/** What has an engine at `host` do what the screen wants, and tells how that went. */
export class Performer {
  readonly #engine: Engine
  readonly #host: string
  readonly #tell: (happening: Happening) => void
  #following: AbortController | undefined

  constructor(engine: Engine, host: string, tell: (happening: Happening) => void) {
    this.#engine = engine
    this.#host = host
    this.#tell = tell
  }

  /** Never fails: what goes wrong is told. */
  async perform(effect: Exclude<Effect, { type: "quit" | "suspend" | "look back" }>): Promise<void> {
    if (effect.type === "unfollow") this.stop()
    else if (effect.type === "logs") await this.#follow(effect.path, effect.stream)
    else await this.#act(effect)
  }

  async #act(effect: Action): Promise<void> {
    try {
      const text = await this.#do(effect)
      this.#tell({ type: "told", message: { text, tone: "good" } })
    } catch (error) {
      this.#tell({ type: "told", message: { text: firstLine(error), tone: "bad" } })
    }
  }

  stop(): void {
    this.#following?.abort()
    this.#following = undefined
  }

  async #do(effect: Action): Promise<string> {
    switch (effect.type) {
      case "drydock":
        await this.#engine.post(effect.path, { ...(effect.body !== undefined && { body: effect.body }) })
        return effect.done
      case "availability": {
        const node = await this.#engine.get<Versioned>(at("nodes", effect.node))
        await this.#update("nodes", node, { ...node.Spec, Availability: effect.to })
        return `${effect.name} is set to ${effect.to}`
      }
      case "scale": {
        const service = await this.#engine.get<Versioned>(at("services", effect.service))
        const Mode = { Replicated: { Replicas: effect.replicas } }
        await this.#update("services", service, { ...service.Spec, Mode })
        return `${effect.name} is scaled to ${effect.replicas}`
      }
      case "restart": {
        const service = await this.#engine.get<ServiceObject>(at("services", effect.service))
        const { TaskTemplate } = service.Spec
        const ForceUpdate = (TaskTemplate.ForceUpdate ?? 0) + 1
        await this.#update("services", service, {
          ...service.Spec,
          TaskTemplate: { ...TaskTemplate, ForceUpdate },
        })
        return `the tasks of ${effect.name} are replaced`
      }
    }
  }

  async #update(kind: "nodes" | "services", object: Versioned, body: unknown): Promise<void> {
    await this.#engine.post(at(kind, object.ID, "/update"), { query: { version: object.Version.Index }, body })
  }

  async #follow(path: string, stream: number): Promise<void> {
    this.stop()
    const following = new AbortController()
    this.#following = following
    const query = { stdout: 1, stderr: 1, follow: 1, tail: 200, timestamps: 0 }
    let reason = "the logs have ended"
    try {
      const body = streamBody(this.#host, path, query, "drydock-watch", following.signal)
      for await (const { output, data } of frames(body)) {
        const lines = data.toString("utf8").replace(/\n$/, "").split("\n")
        this.#tell({ type: "log lines", stream, lines: output === "error" ? lines.map((line) => `! ${line}`) : lines })
      }
    } catch (error) {
      reason = firstLine(error)
    }
    if (!following.signal.aborted) this.#tell({ type: "log end", stream, reason })
  }
}

type Action = Extract<Effect, { type: "availability" | "scale" | "restart" | "drydock" }>

interface Versioned {
  readonly ID: string
  readonly Version: { readonly Index: number }
  readonly Spec: object
}

interface ServiceObject extends Versioned {
  readonly Spec: { readonly TaskTemplate: { readonly ForceUpdate?: number } }
}

const firstLine = (error: unknown): string =>
  (error instanceof ResponseError
    ? error.message.replace(/^Error response from daemon: /, "")
    : messageOf(error)
  ).split("\n", 1)[0] ?? ""
