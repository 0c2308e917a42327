import { type ApiError, apiError, rpcError } from "../../../core/errors.ts"
import type { ConfigSpec } from "../../../core/model/config.ts"
import type { SecretSpec } from "../../../core/model/secret.ts"
import type { Service } from "../../../core/model/service.ts"
import { hasLabels, valuesOf } from "./filters.ts"
import type { Filters } from "./request.ts"

/** What secrets and configs have in common: a name, labels, and data in base 64 that never changes. */
type DataSpec = SecretSpec | ConfigSpec

const namePattern = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-_.]*[a-zA-Z0-9])?$/
const badName =
  "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]"

export function nameError(name: string): ApiError | undefined {
  if (name === "") return rpcError("InvalidArgument", "name must be provided")
  return name.length > 64 || !namePattern.test(name) ? rpcError("InvalidArgument", badName) : undefined
}

/** Data must be base 64, not empty, and below `limit` bytes. */
export function dataError(kind: string, data: string | undefined, limit: number): ApiError | undefined {
  const text = (data ?? "").replace(/[\r\n]/g, "")
  const wrongAt = base64Error(text)
  if (wrongAt !== undefined) return apiError(400, `illegal base64 data at input byte ${wrongAt}`)
  const size = byteLength(text)
  if (size >= 1 && size < limit) return undefined
  return rpcError("InvalidArgument", `${kind} data must be larger than 0 and less than ${limit} bytes`)
}

/** The first byte at which the text stops being base 64 with padding; undefined when it is. */
function base64Error(text: string): number | undefined {
  const wrong = text.search(/[^A-Za-z0-9+/]/)
  const digits = wrong < 0 ? text.length : wrong
  const padding = text.slice(digits)
  const missing = (4 - (digits % 4)) % 4
  if (missing === 3) return wrong < 0 ? text.length : digits
  if (padding === "=".repeat(missing)) return undefined
  return wrong < 0 ? text.length : digits
}

const byteLength = (base64: string): number => {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0
  return Math.max(0, (base64.length / 4) * 3 - padding)
}

export const onlyLabels = rpcError("InvalidArgument", "only updates to Labels are allowed")

/** Whether an update leaves all but the labels as it was. Absent or equal data is no change. */
export const changesOnlyLabels = (before: DataSpec, after: DataSpec): boolean =>
  before.Name === after.Name && (after.Data === undefined || after.Data === "" || after.Data === before.Data)

export function inUseError(kind: string, name: string, users: ReadonlyArray<Service>): ApiError | undefined {
  if (users.length === 0) return undefined
  const names = users.map((service) => service.Spec.Name).join(", ")
  const services = users.length === 1 ? "service" : "services"
  return rpcError("InvalidArgument", `${kind} '${name}' is in use by the following ${services}: ${names}`)
}

/** Names, name prefixes and ID prefixes are alternatives here, other than elsewhere (swarmkit ListSecrets); labels must all hold. */
export function dataMatches(object: { readonly ID: string; readonly Spec: DataSpec }, filters: Filters): boolean {
  const names = valuesOf(filters, "names")
  const prefixes = valuesOf(filters, "name")
  const ids = valuesOf(filters, "id")
  const anyWanted = names.length + prefixes.length + ids.length > 0
  const wanted =
    names.includes(object.Spec.Name) ||
    prefixes.some((prefix) => object.Spec.Name.startsWith(prefix)) ||
    ids.some((prefix) => object.ID.startsWith(prefix))
  return (!anyWanted || wanted) && hasLabels(object.Spec.Labels, valuesOf(filters, "label"))
}
