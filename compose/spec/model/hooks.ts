import { list, struct } from "../../normalise/decoder.ts"
import type { Hook } from "../types.ts"
import { boolean, command, lines, optionalTexts, text } from "../values.ts"
import { object } from "./objects.ts"

/** A command that is run at a turn of a container's life. */
export const hook = object<Hook>({
  command,
  image: text,
  user: text,
  privileged: boolean,
  working_dir: text,
  environment: optionalTexts,
  per_replica: boolean,
})

/** Of `develop`. */
export const watch = list(
  struct(
    {
      path: text,
      action: text,
      target: text,
      exec: hook,
      include: lines,
      ignore: lines,
      initial_sync: boolean,
    },
    true,
  ),
)
