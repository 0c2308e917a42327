import type { Position } from "../errors.ts"

/** Ends reading a YAML text; caught where parsing began. `message` is all of Docker's sentence. */
export class YamlFailure extends Error {
  override readonly name = "YamlFailure"
  readonly at: Position
  constructor(message: string, at: Position) {
    super(message)
    this.at = at
  }
}

/** A place in the text, counted from 0. */
export interface Mark {
  readonly index: number
  readonly line: number
  readonly column: number
}

export const positionOf = (mark: Mark): Position => ({ line: mark.line + 1, column: mark.column + 1 })

/**
 * Docker's library counts its lines in a way of its own: the line is that of the context unless that is the first one, then that of
 * the problem; without the one that makes it count from 1 where the grammar, not the scanner, complains.
 */
const sentence = (problem: string, at: Mark, context: Mark | undefined, extra: 0 | 1): string => {
  const line = context !== undefined && context.line !== 0 ? context.line : at.line
  return line === 0 ? `yaml: ${problem}` : `yaml: line ${line + extra}: ${problem}`
}

export const scannerFailure = (problem: string, at: Mark, context?: Mark): YamlFailure =>
  new YamlFailure(sentence(problem, at, context, 1), positionOf(at))

export const grammarFailure = (problem: string, at: Mark, context?: Mark): YamlFailure =>
  new YamlFailure(sentence(problem, at, context, 0), positionOf(at))
