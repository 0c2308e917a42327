import * as Schema from "effect/Schema"
import type { NodeDescription } from "../../../core/model/node.ts"

const names = Schema.NullOr(Schema.Array(Schema.String))

/** The part of GET /info that a node tells of itself. */
const Info = Schema.Struct({
  Name: Schema.String,
  Architecture: Schema.String,
  OSType: Schema.String,
  NCPU: Schema.Number,
  MemTotal: Schema.Number,
  ServerVersion: Schema.String,
  Labels: Schema.optionalKey(names),
  Plugins: Schema.optionalKey(Schema.Record(Schema.String, names)),
})

const decode = Schema.decodeUnknownSync(Info)

/** What the engine says of its machine, as Swarm's nodes tell it. */
export function describeEngine(info: unknown): NodeDescription {
  const { Name, Architecture, OSType, NCPU, MemTotal, ServerVersion, Labels, Plugins = {} } = decode(info)
  const labels = (Labels ?? []).map((label) => {
    const [key = "", ...value] = label.split("=")
    return [key, value.join("=")] as const
  })
  return {
    Hostname: Name,
    Platform: { Architecture, OS: OSType },
    Resources: { NanoCPUs: NCPU * 1e9, MemoryBytes: MemTotal },
    Engine: {
      EngineVersion: ServerVersion,
      ...(labels.length > 0 && { Labels: Object.fromEntries(labels) }),
      Plugins: Object.entries(Plugins)
        .flatMap(([Type, all]) => (all ?? []).map((Name) => ({ Type, Name })))
        .sort((a, b) => (a.Type + a.Name < b.Type + b.Name ? -1 : 1)),
    },
  }
}
