import { perform } from "./commands.ts"
import { Conversation } from "./conversation.ts"
import type { Script, ScriptError } from "./script.ts"

export type Played =
  /** One transcript for each block of the script. */
  | { readonly ok: true; readonly transcripts: ReadonlyArray<ReadonlyArray<string>> }
  | { readonly ok: false; readonly error: ScriptError }

/** Plays the whole script. The same script always gives the same transcripts. */
export function playScript({ file, blocks }: Script): Played {
  const conversation = new Conversation()
  const transcripts: ReadonlyArray<string>[] = []
  for (const { commands } of blocks) {
    for (const { words, line } of commands) {
      const wrong = perform(conversation, words)
      if (wrong !== undefined) return { ok: false, error: { file, line, message: wrong } }
    }
    const told = conversation.take()
    transcripts.push(told.length === 0 ? quiet : told)
  }
  return { ok: true, transcripts }
}

/** A block's transcript when there is nothing to tell. */
const quiet: ReadonlyArray<string> = ["ok"]
