import type { ClusterSpec, Topology } from "../config.ts"
import { list, struct } from "./decoder.ts"
import { bytes, lines, text, texts } from "./values.ts"

const topologies = list(struct<Topology>({ segments: texts }, true))

export const clusterSpec = struct<ClusterSpec>(
  {
    group: text,
    access_mode: struct(
      {
        scope: text,
        sharing: text,
        mount_volume: struct({ fs_type: text, mount_flags: lines }, true),
        block_volume: struct({}, true),
      },
      true,
    ),
    accessibility_requirements: struct({ requisite: topologies, preferred: topologies }, true),
    capacity_range: struct({ required_bytes: bytes, limit_bytes: bytes }, true),
    secrets: list(struct({ key: text, secret: text }, true)),
    availability: text,
  },
  true,
)
