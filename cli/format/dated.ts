import { ago } from "./human.ts"
import { labelFields } from "./labels.ts"
import type { Row } from "./listing.ts"

interface Dated {
  readonly ID: string
  readonly CreatedAt: string
  readonly UpdatedAt: string
  readonly Spec: { readonly Name: string; readonly Labels?: Readonly<Record<string, string>> | null }
}

/** The fields that secrets and configs have in common in a listing. */
export const datedRow = (object: Dated, now: number): Row => ({
  ID: object.ID,
  Name: object.Spec.Name,
  CreatedAt: ago(object.CreatedAt, now),
  UpdatedAt: ago(object.UpdatedAt, now),
  ...labelFields(object.Spec.Labels),
})
