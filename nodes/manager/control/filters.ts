import { type ApiError, apiError } from "../../../core/errors.ts"
import type { Filters } from "./request.ts"

/** The values of one filter, none when it is not set. */
export const valuesOf = (filters: Filters, key: string): ReadonlyArray<string> =>
  Object.hasOwn(filters, key) ? (filters[key] ?? []) : []

/** 400 for the first key that the resource does not know. */
export function unknownFilter(filters: Filters, accepted: ReadonlyArray<string>): ApiError | undefined {
  const unknown = Object.keys(filters).find((key) => !accepted.includes(key))
  return unknown === undefined ? undefined : apiError(400, `Invalid filter '${unknown}'`)
}

/** 500, as Docker answers it, for the first value outside the words that the filter knows. An empty value is passed over. */
export function unknownWord(filters: Filters, key: string, words: ReadonlyArray<string>): ApiError | undefined {
  const wrong = valuesOf(filters, key).find((value) => value !== "" && !words.includes(value.toLowerCase()))
  return wrong === undefined ? undefined : apiError(500, `Invalid ${key} filter: '${wrong}'`)
}

/** Whether the text is one of the values; no values let everything pass. */
export const isOneOf = (text: string, values: ReadonlyArray<string>): boolean =>
  values.length === 0 || values.includes(text)

export const isOneOfWords = (word: string, values: ReadonlyArray<string>): boolean =>
  isOneOf(
    word,
    values.filter((value) => value !== "").map((value) => value.toLowerCase()),
  )

/** Whether the text begins with one of the values; no values let everything pass. */
export const hasPrefix = (text: string, values: ReadonlyArray<string>): boolean =>
  values.length === 0 || values.some((value) => text.startsWith(value))

/** Whether every `key` is among the labels, and every `key=value` with that value (`key=` asks for the key alone, as in Swarm). */
export function hasLabels(
  labels: Readonly<Record<string, string>> | undefined,
  wanted: ReadonlyArray<string>,
): boolean {
  return wanted.every((want) => {
    const at = want.indexOf("=")
    const key = at < 0 ? want : want.slice(0, at)
    const value = at < 0 ? "" : want.slice(at + 1)
    if (labels === undefined || !Object.hasOwn(labels, key)) return false
    return value === "" || labels[key] === value
  })
}

/** Lists come in the order of IDs, as from Swarm's store. */
export function sortedById<T extends { readonly ID: string }>(objects: Iterable<T>): ReadonlyArray<T> {
  return [...objects].sort((a, b) => (a.ID < b.ID ? -1 : a.ID > b.ID ? 1 : 0))
}
