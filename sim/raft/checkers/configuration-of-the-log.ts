import { type ConfigurationData, decodeConfiguration, type Index } from "../../../raft/index.ts"
import type { Checker, MemberView, Observation } from "../observation.ts"

/** A member uses the latest configuration in its log, committed or not, and no other (§6). */
export class ConfigurationOfTheLog implements Checker {
  readonly name = "configuration of the log"

  observe(event: Observation): string | undefined {
    if (event.type !== "stepped") return undefined
    const { member, status, outputs } = event
    const { configuration, configurationIndex } = status
    for (const output of outputs) {
      if (output.type !== "save") continue
      const later = output.entries.find(({ index, kind }) => kind === "configuration" && index > configurationIndex)
      if (later !== undefined) return `member ${member.id} ignores the configuration at ${later.index}`
    }
    return isThere(member, configuration, configurationIndex)
      ? undefined
      : `member ${member.id} uses a configuration that its log does not have at ${configurationIndex}`
  }
}

function isThere({ log }: MemberView, configuration: ConfigurationData, index: Index): boolean {
  if (index <= (log.snapshot?.index ?? 0)) return true
  const entry = log.entry(index)
  if (entry?.kind !== "configuration") return false
  return JSON.stringify(decodeConfiguration(entry.data).data()) === JSON.stringify(configuration)
}
