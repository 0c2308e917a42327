import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import type { ApiError } from "../../core/errors.ts"
import { apiVersion } from "./protocol-version.ts"

type Response = HttpServerResponse.HttpServerResponse

/** A JSON body, with the line end that Go's encoder writes. */
export const json = (body: unknown, status = 200): Response =>
  HttpServerResponse.text(`${JSON.stringify(body)}\n`, { status, contentType: "application/json" })

export const plain = (body: string, status = 200): Response =>
  HttpServerResponse.text(body, { status, contentType: "text/plain; charset=utf-8" })

export const nothing = (status = 200): Response => HttpServerResponse.empty({ status })

export const failure = (error: ApiError): Response => json({ message: error.message }, error.status)

export const pageNotFound: Response = json({ message: "page not found" }, 404)

/** A body that goes on for as long as there is something to say. Its first bytes are none, so that the headers go out at once. */
export const streamed = (body: Stream.Stream<Uint8Array, ApiError>, contentType: string): Response =>
  HttpServerResponse.stream(Stream.concat(Stream.make(new Uint8Array()), body), { contentType })

export interface EngineLevels {
  readonly engineVersion: string
  readonly apiVersion?: string
}

/** What every answer of an engine carries. */
export const withEngineHeaders = (response: Response, { engineVersion, apiVersion: offered }: EngineLevels): Response =>
  HttpServerResponse.setHeaders(response, {
    "Api-Version": offered ?? apiVersion,
    "Docker-Experimental": "false",
    Ostype: "linux",
    Server: `Docker/${engineVersion} (linux)`,
  })
