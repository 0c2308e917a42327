import type { Command } from "./command.ts"
import { groupCommands } from "./commands/group.ts"
import { lookCommands } from "./commands/look.ts"
import { requestCommands } from "./commands/requests.ts"
import { worldCommands } from "./commands/world.ts"
import type { Conversation } from "./conversation.ts"

/** The language that scripts are written in, by the first word. */
export const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...groupCommands,
    ...requestCommands,
    ...worldCommands,
    ...lookCommands,
    quietly: {
      usage: "COMMAND",
      summary: "Carry out a command and do not tell what it brings about",
      perform(conversation: Conversation, words: ReadonlyArray<string>): string | undefined {
        conversation.silent = true
        const wrong = perform(conversation, words)
        conversation.silent = false
        return wrong
      },
    },
  }),
)

/** Carries out one command. Returns what is wrong with it, if anything; what it brings about is told in the conversation. */
export function perform(conversation: Conversation, [name = "", ...words]: ReadonlyArray<string>): string | undefined {
  const command = commands.get(name)
  if (command === undefined) return `there is no command ${name}; there are ${[...commands.keys()].join(", ")}`
  const wrong = command.perform(conversation, words)
  return wrong === undefined ? undefined : `${wrong} (usage: ${`${name} ${command.usage}`.trim()})`
}
