import { CliError } from "../errors.ts"

/** A stack is nothing but this label on its objects. (compose has it too; loading it from there would slow every `stack ls`.) */
export const namespaceLabel = "com.docker.stack.namespace"

export const stackFilter = (stack: string): readonly [string, string] => ["label", `${namespaceLabel}=${stack}`]

export function checkStackName(name: string): string {
  if (name.replace(/^[\s"']+|[\s"']+$/g, "") === "") throw new CliError(`invalid stack name: ${JSON.stringify(name)}`)
  return name
}
