export type { Command } from "./command.ts"
export { commands, perform } from "./commands.ts"
export { Conversation, type Settings } from "./conversation.ts"
export { showEntries, showEntry, showMessage } from "./describe.ts"
export { optionNames } from "./options.ts"
export { type Played, playScript } from "./play.ts"
export {
  type Block,
  type CommandLine,
  type Difference,
  differences,
  type Parsed,
  parseScript,
  type Script,
  type ScriptError,
  showError,
  writeScript,
} from "./script.ts"
