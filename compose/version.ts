import * as Result from "effect/Result"
import { type Document, placeAt, positionOf, type Scalar } from "./document.ts"
import type { ComposeError } from "./errors.ts"
import { goText, scalarText } from "./scalar-text.ts"

/** The minor number of a 3.x file format, 0 to 13. */
export type Minor = number

const newestMinor: Minor = 13

const normalised = (version: Scalar): string => {
  const text = version === null ? "<nil>" : scalarText(version)
  return text === "" || text === "3" ? `3.${newestMinor}` : text
}

/** The version as Docker looks it up: before interpolation, numbers as text, `3` and nothing as the newest. */
const versionText = (document: Document): string => {
  const field = document.root.fields.get("version")
  if (field === undefined) return `3.${newestMinor}`
  return field.node.kind === "scalar" ? normalised(field.node.value) : goText(field.node)
}

export const minorOf = (document: Document): Result.Result<Minor, ComposeError> => {
  const version = versionText(document)
  const minor = /^3\.(0|[1-9][0-9]?)$/.exec(version)?.[1]
  if (minor !== undefined && Number(minor) <= newestMinor) return Result.succeed(Number(minor))
  return Result.fail({
    kind: "version",
    message: `unsupported Compose file version: ${version}`,
    place: placeAt(document, positionOf(document.root, ["version"])),
  })
}

/** All files of one stack must say the same version. */
export const versionMismatch = (first: Document, other: Document): ComposeError | undefined => {
  const [a, b] = [versionText(first), versionText(other)]
  if (a === b) return undefined
  return {
    kind: "version",
    message: `version mismatched between two composefiles : ${a} and ${b}`,
    place: placeAt(other, positionOf(other.root, ["version"])),
  }
}
