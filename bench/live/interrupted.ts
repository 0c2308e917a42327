/** Fails on SIGINT or SIGTERM, so that whoever started processes gets to end them. */
export const interrupted = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => reject(new Error(signal)))
  })
