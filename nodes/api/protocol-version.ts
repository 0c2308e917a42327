import { type ApiError, apiError } from "../../core/errors.ts"

/** The API level that is offered; clients negotiate down to it. */
export const apiVersion = "1.41"
export const minApiVersion = "1.12"

/** A request's path apart from the API version that it may begin with, `/v1.41`. */
export interface Versioned {
  readonly version: string | undefined
  /** Path and query. */
  readonly url: string
}

export function splitVersion(url: string): Versioned {
  const match = /^\/v([0-9.]+)(\/.*)$/.exec(url)
  if (!match) return { version: undefined, url }
  return { version: match[1], url: match[2] ?? "/" }
}

/** Why a client of this version cannot be served. The one for old clients is sent as plain text, which is what they read. */
export function versionError(version: string): ApiError | undefined {
  if (compare(version, apiVersion) > 0) {
    return apiError(400, `client version ${version} is too new. Maximum supported API version is ${apiVersion}`)
  }
  return isTooOld(version)
    ? apiError(
        400,
        `client version ${version} is too old. Minimum supported API version is ${minApiVersion}, please upgrade your client to a newer version`,
      )
    : undefined
}

export const isTooOld = (version: string): boolean => compare(version, minApiVersion) < 0

/** The lower of two API levels: what two sides can both speak. */
export const lowerVersion = (a: string, b: string): string => (compare(a, b) < 0 ? a : b)

function compare(a: string, b: string): number {
  const left = a.split(".").map(Number)
  const right = b.split(".").map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
