import type { Action, ClientId, Key, Operation, Result, Value } from "./history.ts"
import type { Model } from "./linearizability.ts"

/** What a client wants done, as it stands in a log entry. */
export interface Command {
  readonly client: ClientId
  /**
   * Grows with each new action of a client; sent again, an action keeps its number and takes effect once. 0: the client sends it only once
   * and does not want it remembered.
   */
  readonly number: number
  readonly key: Key
  readonly action: Action
}

export function encodeCommand(command: Command): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(command))
}

/** Undefined for what encodeCommand() did not make: leaders' own entries, and whatever a test proposes besides. */
export function decodeCommand(data: Uint8Array): Command | undefined {
  return data[0] === 0x7b ? JSON.parse(new TextDecoder().decode(data)) : undefined
}

/** The state machine that the members replicate: registers, and what each client's latest action came to (dissertation, §6.3). */
export class Registers {
  protected readonly values: Map<Key, Value>
  protected readonly sessions: Map<ClientId, { readonly number: number; readonly result: Result }>

  constructor(from?: Registers) {
    this.values = new Map(from?.values)
    this.sessions = new Map(from?.sessions)
  }

  get(key: Key): Value {
    return this.values.get(key) ?? 0
  }

  apply({ client, number, key, action }: Command): Result {
    const latest = this.sessions.get(client)
    if (number > 0 && latest !== undefined && number <= latest.number) return latest.result
    const [value, result] = perform(this.get(key), action)
    this.values.set(key, value)
    if (number > 0) this.sessions.set(client, { number, result })
    return result
  }

  copy(): Registers {
    return new Registers(this)
  }
}

/** What an action makes of a register, and what it answers. */
export function perform(before: Value, action: Action): readonly [after: Value, result: Result] {
  switch (action.type) {
    case "write":
      return [action.value, true]
    case "cas":
      return before === action.expected ? [action.value, true] : [before, false]
    case "read":
      return [before, before]
  }
}

/** One register, as its clients should find it. The same value may be written twice. */
export const register: Model<Value> = {
  initial: 0,
  step(state: Value, { action, end, result }: Operation): Value | undefined {
    const [after, answer] = perform(state, action)
    return end === undefined || answer === result ? after : undefined
  },
  key: String,
}

/** The same for histories in which every write and compare-and-set has a value of its own. */
export const registerOfUniqueValues: Model<Value> = {
  ...register,
  once: {
    finds({ action, end, result }: Operation): string | undefined {
      if (action.type === "read") return end === undefined ? undefined : String(result)
      const mustFind = action.type === "cas" && (end === undefined || result === true)
      return mustFind ? String(action.expected) : undefined
    },
    leaves({ action }: Operation): string | undefined {
      return action.type === "read" ? undefined : String(action.value)
    },
  },
}
