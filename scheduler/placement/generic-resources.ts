import type { GenericResource } from "../../core/model/resources.ts"

/** How much of a kind is wanted: by number, or one by its name. */
const kindOf = (resource: GenericResource): string =>
  resource.DiscreteResourceSpec?.Kind ?? resource.NamedResourceSpec?.Kind ?? ""

/**
 * The generic resources that the tasks of one node have been given. A kind that the node offers by name is given by name, one
 * that it offers by number as a number. Source: swarmkit api/genericresource.
 */
export class GenericClaims {
  /** Kind -> names that are taken. */
  readonly #names = new Map<string, Set<string>>()
  readonly #numbers = new Map<string, number>()

  /** What a task gets of what the node offers; undefined when there is too little of a kind. */
  choose(
    offered: ReadonlyArray<GenericResource>,
    wanted: ReadonlyArray<GenericResource>,
  ): ReadonlyArray<GenericResource> | undefined {
    const chosen: Array<GenericResource> = []
    for (const want of wanted) {
      const part = this.#chooseOne(offered, want)
      if (!part) return undefined
      chosen.push(...part)
    }
    return chosen
  }

  book(resources: ReadonlyArray<GenericResource>, by: 1 | -1): void {
    for (const { NamedResourceSpec: named, DiscreteResourceSpec: discrete } of resources) {
      if (named) {
        const names = this.#names.get(named.Kind) ?? new Set()
        this.#names.set(named.Kind, names)
        if (by > 0) names.add(named.Value)
        else names.delete(named.Value)
      }
      if (discrete) this.#numbers.set(discrete.Kind, (this.#numbers.get(discrete.Kind) ?? 0) + by * discrete.Value)
    }
  }

  #chooseOne(
    offered: ReadonlyArray<GenericResource>,
    want: GenericResource,
  ): ReadonlyArray<GenericResource> | undefined {
    const kind = kindOf(want)
    const taken = this.#names.get(kind)
    const free = offered.filter(({ NamedResourceSpec: named }) => named?.Kind === kind && !taken?.has(named.Value))
    if (want.NamedResourceSpec) {
      const one = free.find(({ NamedResourceSpec: named }) => named?.Value === want.NamedResourceSpec?.Value)
      return one && [one]
    }
    const count = want.DiscreteResourceSpec?.Value ?? 0
    const byNumber = offered.find(({ DiscreteResourceSpec: discrete }) => discrete?.Kind === kind)?.DiscreteResourceSpec
    if (!byNumber) return free.length >= count ? free.slice(0, count) : undefined
    return byNumber.Value - (this.#numbers.get(kind) ?? 0) >= count
      ? [{ DiscreteResourceSpec: { Kind: kind, Value: count } }]
      : undefined
  }
}
