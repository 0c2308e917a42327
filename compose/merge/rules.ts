/** How two given values of one field become one. Where only one file gives the field, its value stands. */
export type Merge<T> = (base: T, over: T) => T

export type Rules<T> = { readonly [K in keyof T]-?: Merge<Exclude<T[K], undefined>> }

export const override = <T>(_base: T, over: T): T => over

/** Durations are kept when they are zero, but a zero one does not override. */
export const optionalOverride = (base: string, over: string): string => (over === "0s" ? base : over)

/** Lists grow; what stands in both stands twice. */
export const append = <T>(base: ReadonlyArray<T>, over: ReadonlyArray<T>): ReadonlyArray<T> => [...base, ...over]

export const mapping = <T>(base: ReadonlyMap<string, T>, over: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
  new Map([...base, ...over])

/** Lists of objects that have a key: of equal keys the last stands, and the result is sorted by key. */
export const byKey =
  <T, K extends string | number>(keyOf: (item: T) => K): Merge<ReadonlyArray<T>> =>
  (base, over) => {
    const kept = new Map<K, T>()
    for (const item of [...base, ...over]) kept.set(keyOf(item), item)
    return [...kept].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item)
  }

/** Field by field, in the order of the rules. */
export const structure = <T extends object>(rules: Rules<T>): Merge<T> => {
  const entries: ReadonlyArray<[string, Merge<unknown>]> = Object.entries(rules)
  return (base, over) => {
    const left: Partial<Record<string, unknown>> = { ...base }
    const right: Partial<Record<string, unknown>> = { ...over }
    const merged: Record<string, unknown> = {}
    for (const [key, rule] of entries) {
      const value =
        left[key] === undefined ? right[key] : right[key] === undefined ? left[key] : rule(left[key], right[key])
      if (value !== undefined) merged[key] = value
    }
    // The table has exactly the keys of T, each with a rule of its type: the compiler cannot follow that.
    return merged as T
  }
}
