type LabelMap = Readonly<Record<string, string>> | null | undefined

/** Labels as the pretty forms show them, in order: a title and a line each; nothing when there are none. */
export function labelLines(labels: LabelMap, title = "Labels:"): ReadonlyArray<string> {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0
    ? []
    : [title, ...entries.map(([key, value]) => ` - ${key}${value === "" ? "" : `=${value}`}`)]
}

/** All labels as one text, and the value of one: what templates can name of an object's labels. */
export const labelFields = (labels: LabelMap) => ({
  Labels: Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(","),
  Label: labelValue(labels),
})

const labelValue =
  (labels: LabelMap) =>
  (name: string): string =>
    labels?.[name] ?? ""
