import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  differences,
  type Parsed,
  parseScript,
  playScript,
  type Script,
  showError,
  writeScript,
} from "../../../raft/testing/index.ts"

const parsed = (text: string): Script => {
  const result = parseScript("a.txt", text)
  if (!result.ok) throw new Error(showError(result.error))
  return result.script
}

/** What is wrong with a script, as it is shown; undefined when nothing is. */
function wrong(text: string): string | undefined {
  const first: Parsed = parseScript("a.txt", text)
  if (!first.ok) return showError(first.error)
  const played = playScript(first.script)
  return played.ok ? undefined : showError(played.error)
}

const transcriptsOf = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const played = playScript(parsed(text))
  if (!played.ok) throw new Error(showError(played.error))
  return played.transcripts
}

describe("a script", () => {
  it("has blocks of commands, each with the transcript that is expected of it", () => {
    const { blocks } = parsed(
      "# why\n\nadd-members 1 2 3\n----\nok\n\n# so\ncampaign 1\n  stabilize 1 2\n----\na\n  b\n",
    )
    expect(blocks.map(({ commands }) => commands.map(({ words }) => words.join(" ")))).toEqual([
      ["add-members 1 2 3"],
      ["campaign 1", "stabilize 1 2"],
    ])
    expect(blocks.map(({ commands }) => commands.map(({ line }) => line))).toEqual([[3], [8, 9]])
    expect(blocks.map(({ expected }) => expected)).toEqual([["ok"], ["a", "  b"]])
    expect(blocks.map(({ expectedLine }) => expectedLine)).toEqual([5, 11])
  })

  it("may leave the transcripts out, and is then written with them", () => {
    const script = parsed("add-members 1 2 3\n\n# on\npropose 1 x\nmail\n")
    const played = playScript(script)
    expect(played.ok && writeScript(script, played.transcripts)).toBe(
      "add-members 1 2 3\n----\nok\n\n# on\npropose 1 x\nmail\n----\n1 refuses to propose: not leader (its leader: none)\n",
    )
  })

  it("keeps its comments and empty lines when it is written again", () => {
    const text = "# one\n\n# two\nadd-members 1\n# three\n\n\n# four\nstatus\n\n# five\n"
    const script = parsed(text)
    const again = writeScript(script, [["x"], ["y"]])
    expect(again.split("\n").filter((line) => line.startsWith("#"))).toEqual([
      "# one",
      "# two",
      "# three",
      "# four",
      "# five",
    ])
    expect(writeScript(parsed(again), [["x"], ["y"]])).toBe(again)
  })

  it("says where a transcript differs from what is expected", () => {
    const text = "add-members 1 2 3\n----\nok\n\npropose 1 x\n----\nok\n\nmail\n"
    const script = parsed(text)
    expect(differences(script, transcriptsOf(text))).toEqual([
      { line: 7, expected: "ok", actual: "1 refuses to propose: not leader (its leader: none)" },
      { line: 10, expected: undefined, actual: "ok" },
    ])
  })
})

describe("an error names file and line", () => {
  it.each([
    ["----\nok\n", "a.txt:1: there is no command before ----"],
    ["\nfoo 1\n", "a.txt:2: there is no command foo; there are set, "],
    ["add-members 1 2 3\n----\nok\n\ncampaign 4\n", "a.txt:5: there is no member 4 (usage: campaign ID)"],
    ["add-members 1 x\n", 'a.txt:1: "x" is not the number of a member (usage: add-members ID...)'],
    ["add-members\n", "a.txt:1: ID is missing: the number of a member (usage: add-members ID...)"],
    ["add-members 1 1\n", "a.txt:1: there is a member 1 already"],
    ["add-members 1\nadd-members 2\n", "a.txt:2: the group has begun already"],
    [
      "add-members 1 2\n# then\nquietly campaign\n",
      "a.txt:3: ID is missing: the number of a member (usage: campaign ID)",
    ],
    ["add-members 1 2\ncampaign 1 2\n", 'a.txt:2: "2" is too much (usage: campaign ID)'],
    ["add-members 1\ncampaign 1\n", "a.txt:2: member 1 leads already"],
    ["add-members 1 2\nheartbeat 1\n", "a.txt:2: member 1 has nobody to lead"],
    ["add-members 1 2\npropose 1\n", "a.txt:2: TEXT is missing (usage: propose ID TEXT)"],
    ["add-members 1 2\nadvance 5\n", 'a.txt:2: "5" is not a span of time, like 150ms'],
    ["add-members 1 2\ndeliver 1 2\n", 'a.txt:2: "1" is not from one member to another, like 1->2'],
    ["add-members 1 2\ndeliver 1->3\n", 'a.txt:2: "1->3" is not from one member'],
    ["add-members 1 2\ndeliver 1->2\n", "a.txt:2: no such message is on its way"],
    ["add-members 1 2\ndrop *->* apend\n", 'a.txt:2: "apend" is not a type of message'],
    ["add-members 1 2\ncrash 1\npropose 1 x\n", "a.txt:3: member 1 is down (usage: propose ID TEXT)"],
    ["add-members 1 2\nsave 1\n", "a.txt:2: the disk of 1 has nothing to write"],
    ["add-members 1 2\nrefuse-save 1\n", "a.txt:2: the disk of 1 has nothing to write"],
    ["add-members 1 2\nsnapshot 1\n", "a.txt:2: member 1 has applied nothing since its last snapshot"],
    ["add-members 1 2\nchange 1 ad-voter 3\n", 'a.txt:2: "ad-voter" is not one of add-voter, add-learner, join'],
    ["add-members 1 2\nset pre-vote=on\n", "a.txt:2: members have been added already; set comes first"],
    ["set pre-vote=maybe\n", "a.txt:1: pre-vote is on or off"],
    ["set inflight=two\n", "a.txt:1: inflight is a number"],
    ["set heartbeat=5\n", "a.txt:1: heartbeat is a span of time, like 150ms"],
    ["set infligth=2\n", "a.txt:1: there is no setting infligth; there are pre-vote, "],
    ["set inflight\n", 'a.txt:1: "inflight" is not of the form name=value'],
    ["disk 1 log=2,1\n", "a.txt:1: a log is written as the terms of its entries, which never fall: log=1,1,2"],
    ["disk 1 log=1 commit=2\n", "a.txt:1: no more is committed than there are entries"],
    ["disk 1 log=3 term=2\n", "a.txt:1: the term is at least that of the last entry"],
    ["disk 1 size=2\n", "a.txt:1: a disk has no size; it has log, term, vote and commit"],
    ["add-members 1 2\ndisk 1 log=1\n", "a.txt:2: member 1 has been added already; disk comes first"],
    ["timeout 1 1200ms\n", "a.txt:1: a member waits from 600ms up to less than 1200ms"],
  ])("%j", (text, message) => {
    expect(wrong(text)?.slice(0, message.length)).toBe(message)
  })
})

const id = fc.integer({ min: 1, max: 4 })
const on = (...names: ReadonlyArray<string>) => fc.tuple(fc.constantFrom(...names), id).map((words) => words.join(" "))
const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom("deliver-all", "stabilize", "status", "log", "heal", "run 150ms", "advance 400ms"),
  },
  { weight: 2, arbitrary: on("slow", "fast", "isolate", "restart") },
  fc.tuple(id, id).map(([from, to]) => `cut ${from}->${to}`),
)

describe("playing", () => {
  it("the same script twice gives the same transcripts", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), fc.boolean(), (lines, on) => {
        const start = `set pre-vote=${on ? "on" : "off"} check-quorum=${on ? "on" : "off"}\nadd-members 1 2 3 4\n`
        const text = start + lines.join("\n")
        const first = transcriptsOf(text)
        expect(transcriptsOf(text)).toEqual(first)
        const script = parsed(writeScript(parsed(text), first))
        expect(differences(script, first)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it("quietly does the same, and does not tell it", () => {
    const loud = "add-members 1 2 3\ncampaign 1\nstabilize\npropose 1 x\nstabilize\n\nstatus\nlog\n"
    const quiet = loud.replace(/^(campaign|stabilize|propose)/gm, "quietly $1")
    expect(transcriptsOf(quiet)).toEqual([["ok"], transcriptsOf(loud)[1]])
  })
})
