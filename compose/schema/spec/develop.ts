import { boolean, listOf, text } from "../shapes.ts"
import { hook } from "./definitions.ts"
import { extended, orNull, required, textOrUniqueTexts } from "./shapes.ts"

/** What is done when a developer's files change. */
export const develop = orNull(
  extended({
    watch: listOf(
      required(
        ["path", "action"],
        extended({
          ignore: textOrUniqueTexts,
          include: textOrUniqueTexts,
          path: text,
          action: { type: "string", enum: ["rebuild", "sync", "restart", "sync+restart", "sync+exec"] },
          target: text,
          exec: hook,
          initial_sync: boolean,
        }),
      ),
    ),
  }),
)
