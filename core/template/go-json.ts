/** JSON as Go's encoder writes it: <, > and & escaped. `indent` is the number of blanks a level, 0 for one line. */
export const goJson = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )

/** An object whose keys are in order, as Go writes maps. */
export const sorted = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
