/** What listens on a published port, TCP or UDP. */
export interface PublishedPort {
  /** Calls one of the two. `failed` may be called later too: then it does not listen any more. */
  listen(host: string, port: number, listening: () => void, failed: (error: Error) => void): void
  /** Connections, or clients of a port without connections. */
  readonly count: number
  close(): void
}
