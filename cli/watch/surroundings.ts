/** How many colours a terminal shows; 0 means no escape sequences at all. */
export type ColourDepth = 0 | 16 | 256

type Env = Readonly<Record<string, string | undefined>>

const given = (value: string | undefined): value is string => value !== undefined && value !== ""

/** NO_COLOR (no-color.org) first, then FORCE_COLOR, then what TERM and COLORTERM say; none where nobody looks. */
export function colourDepth(env: Env, isTTY: boolean): ColourDepth {
  if (given(env.NO_COLOR)) return 0
  const forced = env.FORCE_COLOR
  if (given(forced)) return forced === "0" || forced === "false" ? 0 : forced === "1" ? 16 : 256
  if (!isTTY || env.TERM === "dumb") return 0
  if (given(env.COLORTERM) || given(env.WT_SESSION) || /256|kitty|alacritty|ghostty/.test(env.TERM ?? "")) return 256
  return 16
}

/** Whether the terminal shows more than ASCII: as its locale says. The Linux console's font lacks the signs that we draw with. */
export function showsUnicode(env: Env): boolean {
  if (env.TERM === "linux" || env.TERM === "dumb") return false
  if (given(env.WT_SESSION)) return true
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(given)
  return locale !== undefined && /utf-?8/i.test(locale)
}
