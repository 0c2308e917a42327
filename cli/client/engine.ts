/** `filters` of a request: values by name. */
export type Filters = ReadonlyArray<readonly [name: string, value: string]>

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface RequestOptions {
  readonly query?: Query
  readonly filters?: Filters
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The Docker Engine API as commands use it: one request each, JSON in and out. A call fails with ResponseError when the engine answers
 * with an error, with CliError when it cannot be reached. The type of an answer is the caller's word: objects are shown as they come.
 */
export interface Engine {
  /** The API level that the engine named with its last answer; undefined before the first. */
  readonly apiVersion: string | undefined
  get<A>(path: string, options?: RequestOptions): Promise<A>
  post<A = void>(path: string, options?: RequestOptions): Promise<A>
  delete<A = void>(path: string, options?: RequestOptions): Promise<A>
}

/** The path of an object by name or ID. */
export const at = (kind: string, name: string, rest = ""): string => `/${kind}/${encodeURIComponent(name)}${rest}`

/** The map form of filters, as the docker CLI sends it; undefined when there are none. */
export function encodeFilters(filters: Filters): string | undefined {
  if (filters.length === 0) return undefined
  const byName = new Map<string, Record<string, true>>()
  for (const [name, value] of filters) byName.set(name, { ...byName.get(name), [value]: true })
  return JSON.stringify(Object.fromEntries(byName))
}

/** Whether API level `a` is older than `b`: "1.41" is older than "1.44". */
export function isOlder(a: string, b: string): boolean {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number)
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number)
  return aMajor < bMajor || (aMajor === bMajor && aMinor < bMinor)
}
