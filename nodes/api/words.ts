import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { type Answer, refuse } from "../../core/errors.ts"

export type Json = { readonly [key: string]: unknown }

/** The member as an object; an empty one when it is none. */
export const objectAt = (value: unknown, ...path: ReadonlyArray<string>): Json => {
  let at: unknown = value
  for (const key of path) at = Predicate.isObject(at) && Object.hasOwn(at, key) ? at[key as keyof typeof at] : undefined
  return Predicate.isObject(at) && !Array.isArray(at) ? at : {}
}

export const listAt = (value: Json, key: string): ReadonlyArray<unknown> => {
  const list = value[key]
  return Array.isArray(list) ? list : []
}

export interface WordRule {
  readonly key: string
  readonly words: ReadonlyArray<string>
  /** What is said of a word that is none of these; without it the word counts as not given. */
  readonly refusal?: (word: string) => string
  /** Whether the word may be written in any case. */
  readonly anyCase?: boolean
}

/** The object with its word in the form that the model has, or the refusal. An empty word counts as not given. */
export function withWord(object: Json, rule: WordRule): Answer<Json> {
  const given = object[rule.key]
  if (typeof given !== "string") return Result.succeed(object)
  const word = rule.anyCase ? given.toLowerCase() : given
  if (rule.words.includes(word)) return Result.succeed({ ...object, [rule.key]: word })
  if (given !== "" && rule.refusal) return refuse(400, rule.refusal(given))
  const { [rule.key]: _, ...without } = object
  return Result.succeed(without)
}

/** The object with one member put through `change`, if it has that member and it is an object. */
export function withMember(object: Json, key: string, change: (member: Json) => Answer<Json>): Answer<Json> {
  const member = object[key]
  if (!Predicate.isObject(member) || Array.isArray(member)) return Result.succeed(object)
  return Result.map(change(member as Json), (changed) => ({ ...object, [key]: changed }))
}

/** The object with each object of a list put through `change`. */
export function withEach(object: Json, key: string, change: (item: Json) => Answer<Json>): Answer<Json> {
  if (!Array.isArray(object[key])) return Result.succeed(object)
  const changed: Array<unknown> = []
  for (const item of listAt(object, key)) {
    const one = Predicate.isObject(item) && !Array.isArray(item) ? change(item as Json) : Result.succeed(item)
    if (Result.isFailure(one)) return Result.fail(one.failure)
    changed.push(one.success)
  }
  return Result.succeed({ ...object, [key]: changed })
}

/** One change after the other, until one refuses. */
export function inTurn(object: Json, ...changes: ReadonlyArray<(object: Json) => Answer<Json>>): Answer<Json> {
  let result: Answer<Json> = Result.succeed(object)
  for (const change of changes) result = Result.flatMap(result, change)
  return result
}
