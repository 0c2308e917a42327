import type { Service } from "../../core/model/service.ts"
import { namespaceLabel } from "../stack/namespace.ts"

/** The names of services by ID, without their stack's name in front where no other service then has the same. */
export function shortNames(services: ReadonlyArray<Service>): ReadonlyMap<string, string> {
  const short = (service: Service): string => {
    const { Name, Labels } = service.Spec
    const prefix = `${Labels?.[namespaceLabel]}_`
    return Name.startsWith(prefix) && Name.length > prefix.length ? Name.slice(prefix.length) : Name
  }
  const uses = new Map<string, number>()
  for (const service of services) {
    for (const name of new Set([short(service), service.Spec.Name])) uses.set(name, (uses.get(name) ?? 0) + 1)
  }
  return new Map(
    services.map((service) => {
      const name = short(service)
      return [service.ID, (uses.get(name) ?? 0) > 1 ? service.Spec.Name : name]
    }),
  )
}

const collator = new Intl.Collator("en", { numeric: true })

/** worker-2 before worker-10. */
export const byName = (a: string, b: string): number => collator.compare(a, b)
