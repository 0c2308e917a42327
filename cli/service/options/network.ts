import type { NetworkAttachmentConfig } from "../../../core/model/index.ts"
import { bad, good, type Parsed } from "../../../core/parsed.ts"
import type { Engine } from "../../client/engine.ts"
import { at } from "../../client/engine.ts"
import type { NetworkSummary } from "../../client/types.ts"
import { csvFields, cut, isLongSyntax } from "./key-value.ts"

/** --network: a name, or `name=,alias=,driver-opt=`. Target is the name as given. */
export function parseNetwork(text: string): Parsed<NetworkAttachmentConfig> {
  if (!isLongSyntax(text)) return good({ Target: text })
  let target = ""
  const aliases: string[] = []
  const driverOpts: Record<string, string> = {}
  for (const field of csvFields(text)) {
    const [key, value] = cut(field.toLowerCase()).map((part) => part.trim())
    if (!field.includes("=") || key === undefined || key === "") return bad(`invalid field ${field}`)
    if (key === "name") target = value ?? ""
    else if (key === "alias") aliases.push(value ?? "")
    else if (key === "driver-opt") {
      const [name, option] = cut(value ?? "")
      if (name === "" || value?.includes("=") !== true) return bad("invalid key value pair format in driver options")
      driverOpts[name] = option
    } else return bad(`invalid field key ${key}`)
  }
  if (target === "") return bad("network name/id is not specified")
  return good({
    Target: target,
    ...(aliases.length > 0 && { Aliases: aliases }),
    ...(Object.keys(driverOpts).length > 0 && { DriverOpts: driverOpts }),
  })
}

/** The ID of a swarm-scoped network. */
export async function networkId(engine: Engine, nameOrId: string): Promise<string> {
  const network = await engine.get<NetworkSummary>(at("networks", nameOrId), { query: { scope: "swarm" } })
  return network.Id
}

/** The attachments with IDs for names, in the order of the IDs. */
export async function resolveNetworks(
  engine: Engine,
  attachments: ReadonlyArray<NetworkAttachmentConfig>,
): Promise<ReadonlyArray<NetworkAttachmentConfig>> {
  const resolved: NetworkAttachmentConfig[] = []
  for (const attachment of attachments) {
    resolved.push({ ...attachment, Target: await networkId(engine, attachment.Target ?? "") })
  }
  return resolved.sort((a, b) => ((a.Target ?? "") < (b.Target ?? "") ? -1 : 1))
}
