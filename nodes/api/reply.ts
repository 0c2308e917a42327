import * as HttpServerResponse from "effect/http/HttpServerResponse"
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

/** What every answer of an engine carries. */
export const withEngineHeaders = (response: Response, engineVersion: string): Response =>
  HttpServerResponse.setHeaders(response, {
    "Api-Version": apiVersion,
    "Docker-Experimental": "false",
    Ostype: "linux",
    Server: `Docker/${engineVersion} (linux)`,
  })
