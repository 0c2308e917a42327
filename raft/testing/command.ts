import type { Conversation } from "./conversation.ts"
import type { Parameter } from "./parameter.ts"

/** A command of the language. `perform` returns what is wrong with it, if anything; what it brings about is told in the conversation. */
export interface Command {
  readonly usage: string
  readonly summary: string
  perform(conversation: Conversation, words: ReadonlyArray<string>): string | undefined
}

/** `run` returns what is wrong, if anything. */
export const define = <A>(
  parameter: Parameter<A>,
  summary: string,
  run: (conversation: Conversation, argument: A) => string | undefined,
): Command => ({
  usage: parameter.usage,
  summary,
  perform(conversation, words) {
    const read = parameter.read(words, conversation)
    if (!read.ok) return read.message
    if (read.rest.length > 0) return `${JSON.stringify(read.rest.join(" "))} is too much`
    return run(conversation, read.value)
  },
})
