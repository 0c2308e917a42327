import type { ManagerRow } from "../scene.ts"
import { managerColumns } from "../sections.ts"
import type { Column } from "../table.ts"
import { type Line, type Style, span } from "../text.ts"
import { elapsed } from "../title.ts"
import type { Model } from "./model.ts"
import type { State } from "./state.ts"

const faint: Style = { fg: "faint" }

/** The managers' columns, with what only Raft's own view has room for. */
export function raftColumns(state: State, model: Model): ReadonlyArray<Column<ManagerRow>> {
  const general = managerColumns(model.glyphs)
    .filter(({ title }) => title !== "API")
    .map((column): Column<ManagerRow> => {
      if (column.title === "APPLIED") return { ...column, rank: 5 }
      if (column.title !== "ROLE") return column
      return { ...column, cell: (row) => [...column.cell(row), ...votesOf(row)] }
    })
  return [
    ...general.slice(0, 2),
    timerColumn(model),
    cutColumn(state),
    ...general.slice(2),
    ...leaderColumns(state, model),
  ]
}

const votesOf = ({ votes }: ManagerRow): Line =>
  votes === undefined ? [] : [span(` ${votes.granted}/${votes.needed}`, { fg: "warn" })]

const gauge_cells = 6

/** How long until a follower stands for election, and a leader says again that it is alive. */
const timerColumn = ({ glyphs }: Model): Column<ManagerRow> => ({
  title: "TIMER",
  rank: 3,
  optional: true,
  cell: ({ role, timer }) => {
    if (timer === undefined) return []
    const share = timer.of_ms === 0 ? 0 : timer.left_ms / timer.of_ms
    const left = Math.min(gauge_cells, Math.ceil(share * gauge_cells))
    const style: Style = role === "leader" ? { fg: "good" } : share < 0.3 ? { fg: "warn" } : {}
    const [full, empty] = glyphs.gauge
    return [
      span(full.repeat(left), style),
      span(empty.repeat(gauge_cells - left), { fg: "rule" }),
      span(` ${String(Math.round(timer.left_ms)).padStart(4)}ms`, faint),
    ]
  },
})

/** Which of the other managers nothing passes to. */
const cutColumn = ({ status }: State): Column<ManagerRow> => ({
  title: "CUT OFF",
  rank: 2,
  optional: true,
  maxWidth: 24,
  cell: ({ cutFrom = [] }) => {
    if (cutFrom.length === 0) return []
    return [span(cutFrom.length === status.managers.length - 1 ? "all" : cutFrom.join(","), { fg: "bad" })]
  },
})

/** What only the leader knows of the others: how far behind it last saw them, and when that was. */
function leaderColumns(state: State, model: Model): ReadonlyArray<Column<ManagerRow>> {
  const leader = leaderOf(state)
  const followerOf = (row: ManagerRow) => {
    const raftId = model.nodes.get(row.nodeId)?.ManagerStatus?.RaftID
    return leader?.followers?.find(({ id }) => id === raftId)
  }
  return [
    {
      title: "LAG",
      rank: 2,
      align: "right",
      cell: (row) => {
        const known = followerOf(row)
        if (known?.match === 0) return [span("?", faint)]
        const lag = known && leader ? leader.lastIndex - known.match : undefined
        return [lag === undefined ? span("-", faint) : span(String(lag), lag > 0 ? { fg: "warn" } : { fg: "good" })]
      },
    },
    {
      title: "HEARD",
      rank: 3,
      align: "right",
      cell: (row) => {
        const known = followerOf(row)
        if (known === undefined) return [span("-", faint)]
        return [span(`${elapsedShort(known.silent_ms)} ago`, known.silent_ms > 1_000 ? { fg: "bad" } : faint)]
      },
    },
  ]
}

/** The leader of the highest term: one that is cut off may still believe that it leads. */
function leaderOf({ status }: State): State["status"]["managers"][number] | undefined {
  const leading = status.managers.filter(({ followers }) => followers !== undefined)
  return leading.sort((a, b) => b.term - a.term)[0]
}

const elapsedShort = (span_ms: number): string => (span_ms < 1_000 ? `${Math.round(span_ms)}ms` : elapsed(span_ms))
