/** `a=b` as key and value; without a `=` the value is empty. */
export function cut(text: string, separator = "="): readonly [key: string, value: string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** `a=b` texts as an object; the last of a key counts. */
export const toMap = (texts: ReadonlyArray<string>): Record<string, string> =>
  Object.fromEntries(texts.map((text) => cut(text)))

/** Fields between commas; a field in double quotes may contain them (CSV, RFC 4180). */
export function csvFields(text: string): ReadonlyArray<string> {
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    (match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? "",
  )
}

/** Whether an option is in the long form `key=value,key=value`. */
export const isLongSyntax = (text: string): boolean => /\w+=\w+(,\w+=\w+)*/.test(text)

type Present<A> = { [K in keyof A]?: Exclude<A[K], undefined> }

/** Leaves out what is empty: undefined, "", 0, false, [] and {}. */
export function omitEmpty<A extends object>(fields: A): Present<A> {
  const kept = Object.entries(fields).filter(([, value]) => !isEmpty(value))
  // The entries kept are A's own, so the object has A's types.
  return Object.fromEntries(kept) as Present<A>
}

/** The object without its empty lists: where nothing is left, the API has no field. */
export function omitEmptyLists<A extends object>(fields: A): A {
  const kept = Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0)
  // Lists are optional wherever they are edited, so that what is left is an A still.
  return Object.fromEntries(kept) as A
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === "" ||
  value === 0 ||
  value === false ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0)
