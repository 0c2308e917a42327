import type { RequestOptions } from "node:http"
import type { Socket } from "node:net"
import { apiError } from "../../../core/errors.ts"
import { ListeningSocket } from "./listening-socket.ts"

/** Where the engine behind this daemon listens: the path of its socket. */
export interface EngineAddress {
  readonly socketPath: string
}

/** Each request has a connection of its own: an engine closes idle ones when it likes, and a local socket costs nothing to open. */
export const requestOptions = (engine: EngineAddress): RequestOptions => ({ createConnection: () => connectTo(engine) })

/** What is said towards the engine may end before what it answers does. */
export const connectTo = (engine: EngineAddress): Socket =>
  new ListeningSocket({ allowHalfOpen: true }).connect({ path: engine.socketPath })

/** What a client is told when the engine does not answer; the first sentence is what clients of a dead engine know. */
export const engineUnreachable = (engine: EngineAddress, error: Error) =>
  apiError(
    503,
    `Cannot connect to the Docker daemon at unix://${engine.socketPath}. Is the docker daemon running? (${error.message})`,
  )
