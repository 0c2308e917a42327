import { isNull } from "../../document.ts"
import { type Decoder, list } from "../../normalise/decoder.ts"
import { fieldsOf } from "../nodes.ts"
import type { Build } from "../types.ts"
import { boolean, bytes, hosts, lines, optionalTexts, text, texts } from "../values.ts"
import { reference } from "./attachments.ts"
import { ulimits } from "./limits.ts"
import { object } from "./objects.ts"

/** Agents and keys by name, as lines: `default`, `id: path`. */
const ssh: Decoder<ReadonlyArray<string>> = (cursor) =>
  lines({
    ...cursor,
    node: {
      kind: "sequence",
      at: cursor.node.at,
      items: [...fieldsOf(cursor.node)].map(([id, { keyAt, node }]) => ({
        kind: "scalar",
        at: keyAt,
        value: isNull(node) ? id : `${id}: ${text({ ...cursor, node })}`,
      })),
    },
  })

/** How an image is built. */
export const build = object<Build>({
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: lines,
  args: optionalTexts,
  provenance: text,
  sbom: text,
  ssh,
  labels: texts,
  cache_from: lines,
  cache_to: lines,
  no_cache: boolean,
  no_cache_filter: lines,
  additional_contexts: texts,
  pull: boolean,
  extra_hosts: hosts,
  isolation: text,
  network: text,
  target: text,
  secrets: list(reference),
  shm_size: bytes,
  tags: lines,
  ulimits,
  platforms: lines,
  privileged: boolean,
})
