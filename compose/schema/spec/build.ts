import { type Schema, text, texts } from "../shapes.ts"
import { fileReferences } from "./definitions.ts"
import { defined, extended, flag, integer, mappingOrList, orText, textOrUniqueTexts } from "./shapes.ts"

/** How an image is built. */
export const build: Schema = orText(
  extended({
    context: text,
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: texts,
    args: mappingOrList,
    ssh: mappingOrList,
    labels: mappingOrList,
    cache_from: texts,
    cache_to: texts,
    no_cache: flag,
    no_cache_filter: textOrUniqueTexts,
    additional_contexts: mappingOrList,
    network: text,
    provenance: { type: ["string", "boolean"] },
    sbom: { type: ["string", "boolean"] },
    pull: flag,
    target: text,
    shm_size: integer,
    extra_hosts: defined("extraHosts"),
    isolation: text,
    privileged: flag,
    secrets: fileReferences,
    tags: texts,
    ulimits: defined("ulimits"),
    platforms: texts,
  }),
)
