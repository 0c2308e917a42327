/** Ends the command: the message goes to stderr (nothing when it is empty), the code to the shell. */
export class CliError extends Error {
  override readonly name: string = "CliError"
  readonly exitCode: number
  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The exit code of what the user ended with ctrl-C: 128 and the signal's number. */
export const interrupted = 130

/** The engine answered with an error. `message` is as docker shows it. */
export class ResponseError extends CliError {
  override readonly name = "ResponseError"
  readonly status: number
  constructor(status: number, message: string) {
    super(`Error response from daemon: ${message}`)
    this.status = status
  }
}

/** The command line asks for nothing that can be done, and docker explains the command then. */
export class HelpWanted extends Error {
  override readonly name = "HelpWanted"
}

export const isNotFound = (error: unknown): boolean => error instanceof ResponseError && error.status === 404

/** The text to show for anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Does the same for each name, going on after an error; the errors are reported together at the end. */
export async function forEach<A>(items: ReadonlyArray<A>, act: (item: A) => Promise<void>): Promise<void> {
  const errors: string[] = []
  for (const item of items) {
    try {
      await act(item)
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      errors.push(error.message)
    }
  }
  if (errors.length > 0) throw new CliError(errors.join("\n"))
}
