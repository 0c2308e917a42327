/** What differs between any two runs of any swarm, in every output: identifiers, times, addresses, progress. */

const rules: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(?!0001-)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?Z| \+0000 utc| \+0000 UTC)/g, "<time>"],
  [/\b(?:less than a|about an?|\d+) (?:second|minute|hour|day|week|month|year)s? ago\b/gi, "<ago>"],
  [/\b[0-9a-f]{64}\b/g, "<id>"],
  [/\b[0-9a-z]{25}\b/g, "<id>"],
  // As `--quiet` prints them, shortened; inside a line only a heading can tell them from words.
  [/^[0-9a-z]{12}$/gm, "<id>"],
  [/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g, "<ip>"],
  [/@sha256:[^\s"]+/g, ""],
]

/** Where there is no registry to ask, docker says so for every image; it tells of the surroundings, not of the swarm. */
const registryWarning =
  /image \S+ could not be accessed on a registry to record\nits digest\. Each node will access \S+ independently,\npossibly leading to different nodes running different\nversions of the image\.\n\n?/g

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

export function normaliseText(text: string): string {
  const plain = text.replace(registryWarning, "").replace(certificate, "<certificate>")
  return rules.reduce((so, [pattern, replacement]) => so.replace(pattern, replacement), plain)
}

/**
 * Progress that was not shown on a terminal: docker prints a line at every poll. How many there were, and what the bars
 * said on the way, is a matter of timing; the last count and the verdict are not.
 */
export function withoutProgress(lines: ReadonlyArray<string>): ReadonlyArray<string> {
  const isCount = (line: string) => line.startsWith("overall progress: ")
  const isPassing = (line: string) =>
    /^(\d+\/\d+|[0-9a-z]{12}|<id>):( |$)/.test(line) ||
    line.startsWith("verify: Waiting ") ||
    line === "service progress: "
  const kept = lines.filter((line) => !isPassing(line))
  return kept.filter((line, at) => !isCount(line) || !isCount(kept[at + 1] ?? ""))
}

/** The block of lines indented deeper than the heading, with the heading. Empty when there is no such heading. */
export function section(lines: ReadonlyArray<string>, heading: string): ReadonlyArray<string> {
  const indent = (line: string) => line.length - line.trimStart().length
  const start = lines.findIndex((line) => line.trimStart().startsWith(`${heading}:`))
  const first = lines[start]
  if (first === undefined) return []
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => line.trim() === "" || indent(line) <= indent(first))
  return [first, ...(end === -1 ? rest : rest.slice(0, end))]
}

/** `Label: value` lines with the named labels keep their label only. */
export function maskLabels(line: string, labels: ReadonlyArray<string>): string {
  const found = /^(\s*)([^:]+):(\s*)(\S.*)$/.exec(line)
  return found !== null && labels.includes(found[2] ?? "") ? `${found[1]}${found[2]}: <masked>` : line
}

/** Tabs and runs of spaces inside a line are padding; the indentation of its start is not. */
export function collapsePadding(line: string): string {
  const indentation = /^ */.exec(line)?.[0] ?? ""
  return (
    indentation +
    line
      .slice(indentation.length)
      .replace(/[ \t]+/g, " ")
      .trimEnd()
  )
}
