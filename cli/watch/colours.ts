/** A colour as each kind of terminal and the SVG picture know it: xterm's 256, the first 16 (SGR foreground), and RGB. */
interface Ink {
  readonly xterm: number
  readonly basic: number
  readonly rgb: string
}

/** Bright enough to be told apart on a dark ground and to carry black text. Red is left out: it means failure. */
const servicePalette = {
  sky: { xterm: 75, basic: 94, rgb: "#5fafff" },
  orange: { xterm: 215, basic: 33, rgb: "#ffaf5f" },
  mint: { xterm: 115, basic: 92, rgb: "#87d7af" },
  pink: { xterm: 212, basic: 95, rgb: "#ff87d7" },
  gold: { xterm: 221, basic: 93, rgb: "#ffd75f" },
  violet: { xterm: 141, basic: 35, rgb: "#af87ff" },
  aqua: { xterm: 80, basic: 96, rgb: "#5fd7d7" },
  lime: { xterm: 149, basic: 32, rgb: "#afd75f" },
  sand: { xterm: 180, basic: 37, rgb: "#d7af87" },
  lilac: { xterm: 183, basic: 34, rgb: "#d7afff" },
  teal: { xterm: 37, basic: 36, rgb: "#00afaf" },
  rose: { xterm: 174, basic: 97, rgb: "#d78787" },
} as const satisfies Readonly<Record<string, Ink>>

export const inks = {
  ...servicePalette,
  title: { xterm: 81, basic: 96, rgb: "#5fd7ff" },
  good: { xterm: 78, basic: 32, rgb: "#5fd787" },
  warn: { xterm: 214, basic: 33, rgb: "#ffaf00" },
  bad: { xterm: 203, basic: 91, rgb: "#ff5f5f" },
  faint: { xterm: 245, basic: 90, rgb: "#8a8a8a" },
  rule: { xterm: 239, basic: 90, rgb: "#4e4e4e" },
  ink: { xterm: 16, basic: 30, rgb: "#000000" },
} as const satisfies Readonly<Record<string, Ink>>

export type Colour = keyof typeof inks

// Object.keys types its answer as string[]; these are exactly the palette's keys.
export const serviceColours = Object.keys(servicePalette) as ReadonlyArray<keyof typeof servicePalette>

/**
 * One colour a service: by its name, or the next free one when an older service has that. So a service keeps its colour whatever comes
 * after it, in every run and on every screen. Beyond the palette, colours repeat.
 */
export function coloursOf(
  services: ReadonlyArray<{
    readonly ID: string
    readonly CreatedAt: string
    readonly Spec: { readonly Name: string }
  }>,
): ReadonlyMap<string, Colour> {
  const colours = new Map<string, Colour>()
  const taken = new Set<number>()
  for (const { ID, Spec } of services.toSorted(byAge)) {
    let place = hash(Spec.Name) % serviceColours.length
    if (taken.size === serviceColours.length) taken.clear()
    while (taken.has(place)) place = (place + 1) % serviceColours.length
    taken.add(place)
    colours.set(ID, serviceColours[place] ?? "sky")
  }
  return colours
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const byAge = (a: { CreatedAt: string; ID: string }, b: { CreatedAt: string; ID: string }): number =>
  compare(a.CreatedAt, b.CreatedAt) || compare(a.ID, b.ID)

/** FNV-1a, with the high bits mixed in. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}
