import { isNull } from "../../document.ts"
import { type Decoder, type DecodersOf, item, struct } from "../../normalise/decoder.ts"
import { extensionsOf } from "../../normalise/extensions.ts"
import { fieldsOf } from "../nodes.ts"

/*
 * Canonical trees to objects whose keys stand in the order in which `docker compose config` prints them: a table for each object. What is
 * empty or zero is absent, except where that says something.
 */

/** An object with `x-` keys; there even when it is empty. */
export const object = <T extends { readonly extensions?: unknown }>(
  fields: DecodersOf<Omit<T, "extensions">>,
): Decoder<T> => {
  const decode = struct<Omit<T, "extensions">>(fields, true)
  return (cursor) => {
    const decoded = decode(cursor)
    if (decoded === undefined || cursor.node.kind !== "mapping") return undefined
    const extensions = extensionsOf(cursor.node)
    // The table has every key of T but the one that is added here.
    return { ...decoded, ...(extensions === undefined ? {} : { extensions }) } as T
  }
}

/** An object that is not worth mentioning when it is empty. */
export const unlessEmpty =
  <T extends object>(decode: Decoder<T>): Decoder<T> =>
  (cursor) => {
    const decoded = decode(cursor)
    return decoded === undefined || Object.keys(decoded).length === 0 ? undefined : decoded
  }

/** Objects by name, `null` where nothing is said. */
export const byName =
  <T>(decode: Decoder<T>): Decoder<ReadonlyMap<string, T | null>> =>
  (cursor) => {
    const fields = fieldsOf(cursor.node)
    const decoded = [...fields].map(([key, field]): [string, T | null] => [
      key,
      isNull(field.node) ? null : (decode(item(cursor, key, field.node)) ?? null),
    ])
    return decoded.length === 0 ? undefined : new Map(decoded)
  }
