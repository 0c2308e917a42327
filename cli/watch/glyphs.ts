import type { TaskState } from "../../core/model/task.ts"
import type { ManagerView } from "../../nodes/status.ts"

/** The signs of the picture; each is one cell wide. */
export interface Glyphs {
  readonly unicode: boolean
  readonly ellipsis: string
  readonly arrow: string
  readonly times: string
  readonly dot: string
  readonly rule: string
  readonly bar: string
  readonly square: string
  readonly task: Readonly<Record<TaskState, string>>
  readonly stopping: string
  readonly lost: string
  readonly manager: Readonly<Record<ManagerView["role"], string>>
  readonly nodeUp: string
  readonly nodeDown: string
  /** Marks what is chosen in a list. */
  readonly chosen: string
  readonly committed: string
  /** What is left, and what is gone. */
  readonly gauge: readonly [string, string]
  /** The corners of a box: top left, top right, bottom left, bottom right. */
  readonly corners: readonly [string, string, string, string]
}

/** A task fills up like a pie as it comes up. */
export const unicodeGlyphs: Glyphs = {
  unicode: true,
  ellipsis: "…",
  arrow: "→",
  times: "×",
  dot: "·",
  rule: "─",
  bar: "│",
  square: "■",
  task: {
    new: "◌",
    allocated: "◌",
    pending: "◌",
    assigned: "○",
    accepted: "○",
    preparing: "◔",
    ready: "◑",
    starting: "◕",
    running: "●",
    complete: "✓",
    shutdown: "▽",
    failed: "✗",
    rejected: "⊘",
    remove: "▽",
    orphaned: "?",
  },
  stopping: "▽",
  lost: "?",
  manager: { leader: "◆", candidate: "◈", "pre-candidate": "◇", follower: "○", stopped: "✗" },
  nodeUp: "●",
  nodeDown: "✗",
  chosen: "▸",
  committed: "✓",
  gauge: ["▰", "▱"],
  corners: ["╭", "╮", "╰", "╯"],
}

export const asciiGlyphs: Glyphs = {
  unicode: false,
  ellipsis: "~",
  arrow: ">",
  times: "x",
  dot: "-",
  rule: "-",
  bar: "|",
  square: "#",
  task: {
    new: ".",
    allocated: ".",
    pending: ".",
    assigned: "o",
    accepted: "o",
    preparing: ":",
    ready: ":",
    starting: "+",
    running: "*",
    complete: "=",
    shutdown: "v",
    failed: "!",
    rejected: "!",
    remove: "v",
    orphaned: "?",
  },
  stopping: "v",
  lost: "?",
  manager: { leader: "*", candidate: "c", "pre-candidate": "p", follower: "o", stopped: "x" },
  nodeUp: "+",
  nodeDown: "x",
  chosen: ">",
  committed: "=",
  gauge: ["#", "-"],
  corners: ["+", "+", "+", "+"],
}
