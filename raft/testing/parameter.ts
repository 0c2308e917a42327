import type { Conversation } from "./conversation.ts"

/** What a parameter makes of the words that are left; `rest`: those that it leaves to the next. */
export type Read<A> =
  | { readonly ok: true; readonly value: A; readonly rest: ReadonlyArray<string> }
  | { readonly ok: false; readonly message: string }

/** One argument of a command, or several. `usage` is what a reader is told to write. */
export interface Parameter<A> {
  readonly usage: string
  read(words: ReadonlyArray<string>, conversation: Conversation): Read<A>
}

export const good = <A>(value: A, rest: ReadonlyArray<string>): Read<A> => ({ ok: true, value, rest })
export const bad = (message: string): Read<never> => ({ ok: false, message })

export const nothing: Parameter<undefined> = { usage: "", read: (words) => good(undefined, words) }

/** A single word; `take` gives undefined for one that is not right. */
export const word = <A>(
  usage: string,
  take: (word: string, conversation: Conversation) => A | undefined,
  expects: string,
): Parameter<A> => ({
  usage,
  read([first, ...rest], conversation) {
    if (first === undefined) return bad(`${usage} is missing: ${expects}`)
    const value = take(first, conversation)
    return value === undefined ? bad(`${JSON.stringify(first)} is not ${expects}`) : good(value, rest)
  },
})

export const both = <A, B>(a: Parameter<A>, b: Parameter<B>): Parameter<readonly [A, B]> => ({
  usage: `${a.usage} ${b.usage}`,
  read(words, conversation) {
    const first = a.read(words, conversation)
    if (!first.ok) return first
    const second = b.read(first.rest, conversation)
    return second.ok ? good([first.value, second.value], second.rest) : second
  },
})

/** Undefined when no word is left. */
export const optional = <A>(a: Parameter<A>): Parameter<A | undefined> => ({
  usage: `[${a.usage}]`,
  read: (words, conversation) => (words.length === 0 ? good(undefined, words) : a.read(words, conversation)),
})

/** As many as there are words for, but at least `min`. */
export const many = <A>(a: Parameter<A>, min: 0 | 1): Parameter<ReadonlyArray<A>> => ({
  usage: min === 0 ? `[${a.usage}...]` : `${a.usage}...`,
  read(words, conversation) {
    const values: A[] = []
    let rest = words
    while (rest.length > 0 || values.length < min) {
      const next = a.read(rest, conversation)
      if (!next.ok) return next
      values.push(next.value)
      rest = next.rest
    }
    return good(values, rest)
  },
})

/** The rest of the line, words separated by one space. */
export const text: Parameter<string> = {
  usage: "TEXT",
  read: (words) => (words.length === 0 ? bad("TEXT is missing") : good(words.join(" "), [])),
}
