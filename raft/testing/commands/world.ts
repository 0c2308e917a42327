import { type Command, define } from "../command.ts"
import { type Letter, showLetter } from "../mail.ts"
import { both, many, nothing, optional } from "../parameter.ts"
import { link, member, number, running, span, which } from "../parameters.ts"

/** What time, the network and disks do. */
export const worldCommands: Readonly<Record<string, Command>> = {
  advance: define(span, "Time passes; messages stay on their way", (conversation, span_ms) => {
    conversation.passTime(span_ms)
  }),

  run: define(span, "Time passes; whatever is said arrives at once", (conversation, span_ms) => {
    conversation.stabilize()
    conversation.passTime(span_ms, () => conversation.stabilize())
  }),

  deliver: define(which, "Messages on their way arrive", (conversation, chosen) =>
    withLetters(conversation.mail.find(chosen), (letters) => conversation.deliver(letters)),
  ),

  "deliver-all": define(
    nothing,
    "Every message on its way arrives; what it brings about stays on its way",
    (conversation) => {
      conversation.deliver(conversation.mail.letters)
      return undefined
    },
  ),

  stabilize: define(
    many(member, 0),
    "Messages arrive, and those that they bring about, until none is left; only among these members, if some are named",
    (conversation, members) => {
      const ids = members.map(({ id }) => id)
      const passes = ({ from, to }: Letter) => ids.length === 0 || (ids.includes(from) && ids.includes(to))
      conversation.stabilize(passes)
    },
  ),

  drop: define(which, "Messages on their way are lost", (conversation, chosen) =>
    withLetters(conversation.mail.find(chosen), (letters) => {
      conversation.mail.take(letters)
      for (const letter of letters) conversation.say(showLetter(letter, "-x"))
    }),
  ),

  duplicate: define(
    which,
    "Messages on their way are on their way a second time, after all the others",
    (conversation, chosen) =>
      withLetters(conversation.mail.find(chosen), (letters) => {
        conversation.mail.repeat(letters)
        for (const letter of letters) conversation.say(showLetter(letter, "~>"))
      }),
  ),

  cut: define(many(link, 1), "Whatever is sent on a link is lost from now on", (conversation, links) => {
    for (const one of links) conversation.mail.cut(one)
  }),

  isolate: define(member, "Whatever is sent to or by a member is lost from now on", ({ mail }, { id }) => {
    mail.cut({ from: id, to: undefined })
    mail.cut({ from: undefined, to: id })
  }),

  heal: define(nothing, "No link is cut any more", ({ mail }) => {
    mail.heal()
  }),

  slow: define(member, "A member's disk writes only when told to, by save", (_, { disk }) => {
    disk.slow = true
  }),

  fast: define(
    running,
    "A member's disk writes at once again, and what waits first",
    (conversation, { member: of }) => {
      while (conversation.write(of) !== undefined);
      of.disk.slow = false
    },
  ),

  save: define(
    both(running, optional(number)),
    "A member's disk finishes what it was asked to write: all, or as many saves as said",
    (conversation, [{ member: of }, saves = Number.POSITIVE_INFINITY]) => {
      if (of.disk.writing.length === 0) return `the disk of ${of.id} has nothing to write`
      for (let n = 0; n < saves && conversation.write(of) !== undefined; n++);
      return undefined
    },
  ),

  "refuse-save": define(
    running,
    "A member's disk refuses what it was asked to write",
    (conversation, { member: of }) => {
      const ticket = of.disk.forget()
      if (ticket === undefined) return `the disk of ${of.id} has nothing to write`
      conversation.step(of, { type: "save-failed", ticket })
      return undefined
    },
  ),
}

function withLetters(
  letters: ReadonlyArray<Letter>,
  act: (letters: ReadonlyArray<Letter>) => void,
): string | undefined {
  if (letters.length === 0) return "no such message is on its way"
  act(letters)
  return undefined
}
