import { Float, type Scalar, Timestamp } from "../document.ts"

export type Printable =
  | Scalar
  | ReadonlyArray<Printable>
  | ReadonlyMap<string, Printable>
  | { readonly [key: string]: Printable }

export const isScalar = (value: Printable): value is Scalar =>
  value === null || typeof value !== "object" || value instanceof Float || value instanceof Timestamp

export const isList = (value: Printable): value is ReadonlyArray<Printable> => Array.isArray(value)
