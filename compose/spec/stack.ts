import type { LoadedStack } from "../load.ts"
import { ignoredIn } from "../properties.ts"
import type { LoadedProject } from "./load.ts"
import { toStack, unsupportedKeys } from "./to-stack.ts"

/** A project as a stack that can be converted: its places are those of the files it was joined from. */
export const stackOf = (loaded: LoadedProject): LoadedStack => {
  const first = { file: "-", lines: [], root: loaded.root }
  const used = [...loaded.project.services.keys()]
  return {
    config: toStack(loaded),
    documents: [first],
    warnings: loaded.warnings,
    ignored: ignoredIn([first], unsupportedKeys, new Set(used)),
  }
}
