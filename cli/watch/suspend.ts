/** Long enough for the signal to have stopped us. A process that was stopped finds its timers due when it goes on. */
const stopping_ms = 100

/**
 * Stops the process and whoever waits for it in its group, as ctrl-Z does where the terminal sees to that, until the shell goes on with
 * them. Where nobody could (no job control), it goes on by itself.
 */
export async function suspendProcess(stdin: NodeJS.ReadStream): Promise<void> {
  if (stdin.isTTY) stdin.setRawMode(false)
  process.kill(0, "SIGTSTP")
  await new Promise((resolve) => setTimeout(resolve, stopping_ms))
  if (stdin.isTTY) stdin.setRawMode(true)
}
