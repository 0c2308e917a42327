import type { IncomingMessage, ServerResponse } from "node:http"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { ApiError } from "../../../core/errors.ts"
import type { EngineAddress } from "./engine-address.ts"
import { forward } from "./forward.ts"
import { readBody } from "./read-body.ts"
import { writeError } from "./write-error.ts"

/** Larger bodies than this are none that describe a container. */
const bodyBytes_max = 4 * 1024 * 1024

/** A request as it is to go to the engine; `release` is called when it is over. */
export interface Changed {
  readonly url: string
  readonly body: unknown
  readonly release: () => void
}

export type Change = (asked: { readonly url: string; readonly body: unknown }) => Effect.Effect<Changed, ApiError>

/** Passes on a request whose JSON body, or address, is changed on its way. A body that is no JSON goes as it is: the engine has words for it. */
export function forwardChanged(
  engine: EngineAddress,
  request: IncomingMessage,
  response: ServerResponse,
  change: Change,
): void {
  readBody(request, response, bodyBytes_max, (body) => {
    const json = parse(body)
    if (json === undefined) {
      forward(engine, request, response, { body })
      return
    }
    const asked = { url: request.url ?? "/", body: json }
    void Effect.runPromise(Effect.result(change(asked))).then((changed) => {
      if (Result.isFailure(changed)) {
        writeError(response, changed.failure)
        return
      }
      const { url, body: wanted, release } = changed.success
      if (response.closed) release()
      else response.on("close", release)
      forward(engine, request, response, { url, body: wanted === json ? body : Buffer.from(JSON.stringify(wanted)) })
    })
  })
}

function parse(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"))
    return value
  } catch {
    return undefined
  }
}
