import { definitions as common, firstOf, listOf, type Properties, text } from "../shapes.ts"
import { command, defined, extended, flag, integer, mappingOrList, number, orText, required } from "./shapes.ts"

/** Shapes that occur often, which a file's schema has as its definitions. */
export const definitions: Properties = {
  ...common,
  mappingOrAnyList: {
    ...firstOf("object", "array"),
    patternProperties: { ".+": { type: ["string", "number", "boolean", "null"] } },
    additionalProperties: false,
    items: text,
    uniqueItems: true,
  },
  hook: required(
    ["command"],
    extended({ command, user: text, privileged: flag, working_dir: text, environment: mappingOrList }),
  ),
  fileReferences: listOf(orText(extended({ source: text, target: text, uid: text, gid: text, mode: number }))),
  ulimits: {
    type: "object",
    patternProperties: {
      "^[a-z]+$": {
        ...required(["soft", "hard"], extended({ hard: integer, soft: integer })),
        ...firstOf("integer", "string", "object"),
      },
    },
  },
  extraHosts: {
    ...firstOf("object", "array"),
    patternProperties: { ".+": { ...firstOf("string", "array"), items: text } },
    additionalProperties: false,
    items: text,
    uniqueItems: true,
  },
  updateConfig: extended({
    parallelism: integer,
    delay: text,
    failure_action: text,
    monitor: text,
    max_failure_ratio: number,
    order: { type: "string", enum: ["start-first", "stop-first"] },
  }),
}

/** Where a service's secrets and configs come from, and where it finds them. */
export const fileReferences = defined("fileReferences")

/** A command that is run at a turn of a container's life. */
export const hook = defined("hook")
