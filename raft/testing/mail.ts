import type { Message } from "../message.ts"
import type { MemberId } from "../types.ts"
import { showMessage } from "./describe.ts"

/** A message on its way. */
export interface Letter {
  readonly from: MemberId
  readonly to: MemberId
  readonly message: Message
}

/** From whom to whom; undefined: anybody. */
export interface Link {
  readonly from: MemberId | undefined
  readonly to: MemberId | undefined
}

/** Which of the letters on a link are meant. */
export interface Which {
  readonly link: Link
  readonly type: Message["type"] | undefined
  /** The first is 1; the last -1; undefined: all of them. */
  readonly position: number | undefined
}

const onLink = ({ from, to }: Link, letter: { readonly from: MemberId; readonly to: MemberId }): boolean =>
  (from ?? letter.from) === letter.from && (to ?? letter.to) === letter.to

/** `->`: arrives. `~>`: is on its way. `-x`: is lost. */
export const showLetter = ({ from, to, message }: Letter, arrow: "->" | "~>" | "-x"): string =>
  `${from} ${arrow} ${to} ${showMessage(message)}`

/** The messages on their way, in the order in which they were sent, and the links that lose what is sent on them. */
export class Mail {
  #letters: Letter[] = []
  #cuts: Link[] = []

  get letters(): ReadonlyArray<Letter> {
    return this.#letters
  }

  send(letter: Letter): void {
    this.#letters.push(letter)
  }

  /** The link loses what is sent on it from now on; what is on its way goes on. */
  cut(link: Link): void {
    this.#cuts.push(link)
  }

  heal(): void {
    this.#cuts = []
  }

  isCut(letter: Letter): boolean {
    return this.#cuts.some((link) => onLink(link, letter))
  }

  find({ link, type, position }: Which): ReadonlyArray<Letter> {
    const all = this.#letters.filter(
      (letter) => onLink(link, letter) && (type ?? letter.message.type) === letter.message.type,
    )
    if (position === undefined) return all
    const one = all.at(position > 0 ? position - 1 : position)
    return one === undefined ? [] : [one]
  }

  take(letters: ReadonlyArray<Letter>): void {
    this.#letters = this.#letters.filter((letter) => !letters.includes(letter))
  }

  /** The same once more, after all that are on their way. */
  repeat(letters: ReadonlyArray<Letter>): void {
    for (const letter of letters) this.#letters.push({ ...letter })
  }
}
