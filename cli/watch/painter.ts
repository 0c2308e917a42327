/** Escape sequences (ECMA-48, and xterm's private modes) of a full-screen program. */
const csi = "\u001b["

/** The other screen, without cursor and line wrapping, empty. */
export const enterScreen = `${csi}?1049h${csi}?25l${csi}?7l${csi}2J${csi}H`

/** Everything as it was before. */
export const leaveScreen = `${csi}0m${csi}?7h${csi}?25h${csi}?1049l`

/** Terminals that know synchronized output show the frame at once; others ignore the two. */
const begin = `${csi}?2026h`
const end = `${csi}?2026l`

/**
 * What turns the screen that shows `previous` into one that shows `next`: only lines that differ are written. Without `previous` the screen
 * is cleared first. "" when nothing differs. A line is erased before it is written: erasing after a full line would take its last cell.
 */
export function repaint(previous: ReadonlyArray<string> | undefined, next: ReadonlyArray<string>): string {
  const shown = previous ?? []
  const changes: string[] = previous === undefined ? [`${csi}2J`] : []
  for (let i = 0; i < Math.max(shown.length, next.length); i++) {
    const line = next[i] ?? ""
    if (line !== (shown[i] ?? "")) changes.push(`${csi}${i + 1};1H${csi}2K${line}`)
  }
  return changes.length === 0 ? "" : begin + changes.join("") + end
}
