import { bool, filters, text } from "../args/flag.ts"

/** The options that `service ps`, `node ps` and `stack ps` share. */
export const psFlags = {
  filter: filters(),
  format: text("Pretty-print tasks using a Go template"),
  "no-resolve": bool("Do not map IDs to Names"),
  "no-trunc": bool("Do not truncate output"),
  quiet: bool("Only display task IDs", { short: "q" }),
}
