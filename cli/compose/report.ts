import { type ComposeError, errorsJson, renderErrors, type StackCommand } from "../../compose/index.ts"
import type { Cli } from "../cli.ts"
import { CliError } from "../errors.ts"

/** What is wrong with files: for people on stderr, or as JSON on stdout for editors. */
export const failWith = (
  cli: Cli,
  errors: ReadonlyArray<ComposeError>,
  command: StackCommand,
  asJson: boolean,
): never => {
  if (!asJson) throw new CliError(renderErrors(errors, command))
  cli.out(errorsJson(errors, command))
  throw new CliError("")
}

/** Docker's logger, where it does not write to a terminal. */
export const warn = (cli: Cli, warnings: ReadonlyArray<string>): void => {
  const time = `${new Date(cli.now()).toISOString().slice(0, 19)}Z`
  for (const warning of warnings) cli.err(`time="${time}" level=warning msg=${JSON.stringify(warning)}\n`)
}

/** Which files a result comes from. */
export const sayRead = (cli: Cli, files: ReadonlyArray<string>, envFiles: ReadonlyArray<string>): void => {
  const environment = envFiles.length === 0 ? "" : `; environment from ${envFiles.join(", ")}`
  cli.err(`read ${files.join(", ")}${environment}\n`)
}

/** `--format`, where there are two. */
export const checkFormat = (format: string): "yaml" | "json" => {
  if (format === "yaml" || format === "json") return format
  throw new CliError(`unsupported format ${JSON.stringify(format)}: yaml or json`)
}
