import type { Extensions, StackConfig } from "./config.ts"
import { type Document, mappingOf } from "./document.ts"
import type { LoadContext } from "./normalise/decoder.ts"
import { extensionsOf } from "./normalise/extensions.ts"
import { fileObject, network, type ObjectCursor, volume } from "./normalise/objects.ts"
import { service } from "./normalise/service.ts"
import type { Minor } from "./version.ts"

const noExtensions: Extensions = new Map()

/** A valid document in its long form: every short syntax written out, paths absolute, variables resolved. */
export const normalise = (document: Document, minor: Minor, load: LoadContext): StackConfig => {
  const section = <T>(key: string, decode: (at: ObjectCursor) => T): ReadonlyMap<string, T> => {
    const decoded = new Map<string, T>()
    for (const [name, { node }] of mappingOf(document.root.fields.get(key)?.node)) {
      const path = key === "services" ? "" : `[${name}]`
      decoded.set(name, decode({ cursor: { node, name: path, load }, key: name, minor }))
    }
    return decoded
  }
  return {
    version: `3.${minor}`,
    services: section("services", ({ cursor }) => service(cursor)),
    networks: section("networks", network),
    volumes: section("volumes", volume),
    secrets: section("secrets", (at) => fileObject(at, "secret")),
    configs: section("configs", (at) => fileObject(at, "config")),
    extensions: extensionsOf(document.root) ?? noExtensions,
  }
}
