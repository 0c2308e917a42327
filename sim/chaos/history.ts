/** One of the registers that clients share. */
export type Key = number

/** What a register holds: 0 before the first write. Every write and compare-and-set of a run brings another value. */
export type Value = number

export type ClientId = number

/** What a client may ask of one register. */
export type Action =
  | { readonly type: "write"; readonly value: Value }
  /** Puts `value` in place of `expected`; without effect where the register holds anything else. */
  | { readonly type: "cas"; readonly expected: Value; readonly value: Value }
  | { readonly type: "read" }

/** Of a write: true. Of a compare-and-set: whether it put its value. Of a read: what was there. */
export type Result = Value | boolean

/**
 * One action as its client saw it. `call` and `end` order all calls and ends of a run: an action whose end comes before another's
 * call came before it. Without an end its outcome is unknown: it may have taken effect at any time since the call, or may yet, or never.
 */
export interface Operation {
  readonly client: ClientId
  readonly key: Key
  readonly action: Action
  readonly call: number
  readonly end: number | undefined
  readonly result: Result | undefined
}

interface Open extends Operation {
  end: number | undefined
  result: Result | undefined
}

/** What the clients of one run did and saw, in the order of the calls. */
export class History {
  readonly #operations: Open[] = []
  #order = 0

  get operations(): ReadonlyArray<Operation> {
    return this.#operations
  }

  /** Returns the operation's place in the history. */
  call(client: ClientId, key: Key, action: Action): number {
    const call = ++this.#order
    return this.#operations.push({ client, key, action, call, end: undefined, result: undefined }) - 1
  }

  end(place: number, result: Result): void {
    const operation = this.#operations[place]
    if (operation === undefined || operation.end !== undefined) throw new RangeError(`operation ${place} is not open`)
    operation.end = ++this.#order
    operation.result = result
  }
}

export function describe({ client, key, action, end, result }: Operation): string {
  const outcome = end === undefined ? "?" : String(result)
  return `client ${client}: ${describeAction(key, action)} -> ${outcome}`
}

export function describeAction(key: Key, action: Action): string {
  switch (action.type) {
    case "write":
      return `x${key} := ${action.value}`
    case "cas":
      return `x${key}: ${action.expected} => ${action.value}`
    case "read":
      return `x${key}`
  }
}
