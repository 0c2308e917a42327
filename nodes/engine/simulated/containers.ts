import type { ContainerState, SimulatedContainer } from "./container.ts"

/** The containers of an engine, in the order in which they were made, and the names that they hold. */
export class Containers {
  readonly #byId = new Map<string, SimulatedContainer>()
  readonly #names = new Map<string, string>()

  list(): ReadonlyArray<SimulatedContainer> {
    return [...this.#byId.values()]
  }

  get(id: string): SimulatedContainer | undefined {
    return this.#byId.get(id)
  }

  /** The ID of the container that has a name. */
  holderOf(name: string): string | undefined {
    return this.#names.get(name)
  }

  enter(container: SimulatedContainer): void {
    this.#byId.set(container.Id, container)
    this.#names.set(container.Name, container.Id)
  }

  /** What is not mentioned of its state stays. */
  set(container: SimulatedContainer, state: Partial<ContainerState>): void {
    this.#byId.set(container.Id, { ...container, State: { ...container.State, ...state } })
  }

  remove(container: SimulatedContainer): void {
    this.#byId.delete(container.Id)
    this.#names.delete(container.Name)
  }
}
