import { bool, text } from "../args/flag.ts"

/** The options that `service logs`, `task logs` and `container logs` share. */
export const logFlags = {
  details: bool("Show extra details provided to logs"),
  follow: bool("Follow log output", { short: "f" }),
  since: text('Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)'),
  tail: text("Number of lines to show from the end of the logs", { short: "n", initial: "all" }),
  timestamps: bool("Show timestamps", { short: "t" }),
}

/** The options that `service logs` and `task logs` have besides. */
export const taskLogFlags = {
  ...logFlags,
  "no-resolve": bool("Do not map IDs to Names in output"),
  "no-task-ids": bool("Do not include task IDs in output"),
  "no-trunc": bool("Do not truncate output"),
  raw: bool("Do not neatly format logs"),
}
