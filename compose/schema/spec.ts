import { closed, listOf, named, type Schema, text } from "./shapes.ts"
import { definitions } from "./spec/definitions.ts"
import { fileObject, model, network, volume } from "./spec/objects.ts"
import { service } from "./spec/service.ts"
import { extended, options, orText, textOrUniqueTexts } from "./spec/shapes.ts"

/*
 * The Compose Specification's file, after the schema of compose-spec/compose-spec. Wherever a number or a boolean is meant, a text may
 * stand too: a variable that was not cast. Almost every object takes `x-` keys.
 */

const include = orText(closed({ path: textOrUniqueTexts, env_file: textOrUniqueTexts, project_directory: text }))

/** The JSON Schema of a file by the Compose Specification. */
export const specSchema: Schema = {
  ...extended({
    version: text,
    name: text,
    include: listOf(include),
    services: named(service),
    models: { type: "object", patternProperties: { "^[a-zA-Z0-9._-]+$": model } },
    networks: { type: "object", patternProperties: { "^[a-zA-Z0-9._-]+$": network } },
    volumes: named(volume),
    secrets: named(extended({ ...fileObject, driver: text, driver_opts: options })),
    configs: named(extended({ ...fileObject, content: text })),
  }),
  definitions,
}
