import { pageOf } from "./items.ts"
import type { State } from "./state.ts"

/** Title and tabs above, one line below; one row of the terminal stays free, since writing into the last may scroll. */
const frameRows = 4

/** Lines between the tabs and the last line. */
export const bodyRows = ({ size }: State): number => Math.max(0, size.rows - frameRows)

/** Boxes side by side: how many, how wide, how high, how many rows of them are on the screen. */
export interface Grid {
  readonly columns: number
  readonly width: number
  readonly height: number
  readonly rows: number
}

const boxWidth_min = 38
const boxHeight_min = 4
const boxHeight_max = 6

/** Tasks without a node stand below the boxes, in at most this many lines. */
export const waitingRows = (state: State): number =>
  pageOf(state) || state.view !== "cluster" ? 0 : Math.max(1, Math.min(6, Math.floor(bodyRows(state) / 5)))

/** The boxes are as high as lets all of them be seen, if that can be. */
export function gridOf(state: State, count: number): Grid {
  const columns = Math.max(1, Math.min(count, Math.floor(state.size.columns / boxWidth_min)))
  const wanted = Math.max(1, Math.ceil(count / columns))
  const room = Math.max(0, bodyRows(state) - waitingRows(state))
  const height = Math.max(boxHeight_min, Math.min(boxHeight_max, Math.floor(room / wanted)))
  return { columns, width: Math.floor(state.size.columns / columns), height, rows: Math.floor(room / height) }
}
