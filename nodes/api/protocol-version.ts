import { type ApiError, apiError } from "../../core/errors.ts"

/** The highest API level that is known here, and the lowest that is served. Clients negotiate in between. */
export const apiVersion = "1.47"
export const minApiVersion = "1.24"

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
export function versionError(version: string, highest: string): ApiError | undefined {
  if (compareVersions(version, highest) > 0) {
    return apiError(400, `client version ${version} is too new. Maximum supported API version is ${highest}`)
  }
  return isTooOld(version)
    ? apiError(
        400,
        `client version ${version} is too old. Minimum supported API version is ${minApiVersion}, please upgrade your client to a newer version`,
      )
    : undefined
}

export const isTooOld = (version: string): boolean => compareVersions(version, minApiVersion) < 0

/** The lower of two API levels: what two sides can both speak. */
export const lowerVersion = (a: string, b: string): string => (compareVersions(a, b) < 0 ? a : b)

export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number)
  const right = b.split(".").map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
