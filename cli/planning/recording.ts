import type { Cli } from "../cli.ts"
import type { Engine, Query, RequestOptions } from "../client/engine.ts"

/** A write as a plan takes it. */
interface Change {
  readonly Method: "POST" | "DELETE"
  readonly Path: string
  readonly Query?: Readonly<Record<string, string>>
  readonly Body?: unknown
}

/** A command line whose writes are only remembered. What they would make is known by its place: planned-0, planned-1, ... */
export interface Recording {
  readonly cli: Cli
  readonly changes: ReadonlyArray<Change>
}

export function recording(cli: Cli): Recording {
  const changes: Array<Change> = []
  const remember = (Method: Change["Method"], Path: string, { query, body }: RequestOptions = {}): string => {
    changes.push({ Method, Path, ...(query && { Query: texts(query) }), ...(body !== undefined && { Body: body }) })
    return `planned-${changes.length - 1}`
  }
  const engine: Engine = {
    get apiVersion() {
      return cli.engine.apiVersion
    },
    async get<A>(path: string, options?: RequestOptions): Promise<A> {
      const found = await cli.engine.get<A>(path, options)
      if (!Array.isArray(found) || (path !== "/secrets" && path !== "/configs")) return found
      const made = changes.flatMap(({ Path, Body }, i) =>
        Path === `${path}/create` ? [{ ID: `planned-${i}`, Spec: Body }] : [],
      )
      // The type of an answer is the caller's word, of what is planned as of what is there.
      return [...found, ...made] as A
    },
    async post<A>(path: string, options?: RequestOptions): Promise<A> {
      // Updates of secrets and configs change labels only, which move no task.
      const isLabel = /^\/(secrets|configs)\/.*\/update$/.test(path)
      const ID = isLabel ? "" : remember("POST", path, options)
      return { ID, Id: ID } as A
    },
    async delete<A>(path: string, options?: RequestOptions): Promise<A> {
      remember("DELETE", path, options)
      return undefined as A
    },
  }
  return { cli: { ...cli, engine, out: () => {} }, changes }
}

const texts = (query: Query): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  )
