import * as Result from "effect/Result"
import { type Answer, ambiguous, notFound } from "../../../core/errors.ts"
import type { Reader } from "../../../core/store/reader.ts"
import type { Tables } from "../../../core/store/tables.ts"

/** The tables whose objects clients name, and what Docker calls one of them. */
const kinds = {
  nodes: "node",
  services: "service",
  tasks: "task",
  networks: "network",
  secrets: "secret",
  configs: "config",
} as const

export type NamedTable = keyof typeof kinds

/**
 * The one object that a client means: its full ID, else its exact name, else the only ID with this prefix (moby
 * daemon/cluster/helpers.go). Errors: 404 `service x not found`, 400 `node x is ambiguous (2 matches found)`.
 */
export function resolve<T extends NamedTable>(reader: Reader, table: T, name: string): Answer<Tables[T]> {
  const exact = reader.get(table, name)
  if (exact) return Result.succeed(exact)
  const named = byName(reader, table, name)
  if (named.length > 0) return only(table, name, named)
  return only(table, name, name === "" ? [] : byPrefix(reader, table, name))
}

function only<T extends NamedTable>(table: T, name: string, found: ReadonlyArray<Tables[T]>): Answer<Tables[T]> {
  const [first] = found
  if (first === undefined) return Result.fail(notFound(kinds[table], name))
  return found.length > 1 ? Result.fail(ambiguous(kinds[table], name, found.length)) : Result.succeed(first)
}

/** The objects with exactly this name. Tasks have none: their names are made of their service's. */
export function byName<T extends NamedTable>(reader: Reader, table: T, name: string): ReadonlyArray<Tables[T]> {
  if (table === "tasks") return []
  // Every named table but tasks has an index of that name; the compiler cannot take "tasks" out of T.
  return (reader as NameFinder<T>).find(table, "name", name)
}

interface NameFinder<T extends NamedTable> {
  find(table: T, index: "name", key: string): ReadonlyArray<Tables[T]>
}

function byPrefix<T extends NamedTable>(reader: Reader, table: T, prefix: string): ReadonlyArray<Tables[T]> {
  const found: Array<Tables[T]> = []
  for (const object of reader.all(table)) if (object.ID.startsWith(prefix)) found.push(object)
  return found
}
