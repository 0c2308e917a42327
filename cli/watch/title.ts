import type { Instant, Millis } from "../../core/instant.ts"
import { toRfc3339 } from "../../core/instant.ts"
import type { Glyphs } from "./glyphs.ts"
import type { Scene } from "./scene.ts"
import { clip, type Line, lineWidth, type Span, type Style, sized, span } from "./text.ts"

/** 12:03:27, in UTC; the epoch's beginning for what is no time. */
export const clock = (at: Instant): string =>
  new Date(Number.isFinite(at) && Math.abs(at) < 8.64e15 ? at : 0).toISOString().slice(11, 19)

const date = (at: Instant): string => toRfc3339(Math.abs(at) < 2.5e14 ? Math.floor(at) : 0).slice(0, 10)

/** 47s, 3m27s, 2h05m, 3d04h. */
export function elapsed(span_ms: Millis): string {
  const total = Math.max(0, Math.floor(span_ms / 1000))
  const [s, m, h, d] = [
    total % 60,
    Math.floor(total / 60) % 60,
    Math.floor(total / 3600) % 24,
    Math.floor(total / 86_400),
  ]
  const two = (n: number) => String(n).padStart(2, "0")
  if (d > 0) return `${d}d${two(h)}h`
  if (h > 0) return `${h}h${two(m)}m`
  return m > 0 ? `${m}m${two(s)}s` : `${s}s`
}

/** 12.3 s, 3m27.3s, 2h05m07.1s: where one is in a session. */
export function offset(span_ms: Millis): string {
  const tenths = Math.max(0, Math.floor(span_ms / 100))
  const [s, m, h] = [(tenths % 600) / 10, Math.floor(tenths / 600) % 60, Math.floor(tenths / 36_000)]
  if (h > 0) return `${h}h${String(m).padStart(2, "0")}m${s.toFixed(1).padStart(4, "0")}s`
  return m > 0 ? `${m}m${s.toFixed(1).padStart(4, "0")}s` : `${s.toFixed(1)} s`
}

/** What is shown is not what is now. Spans since the session's beginning; `speed`: 0 when it stands. */
export interface TitlePast {
  readonly at_ms: Millis
  readonly end_ms: Millis
  readonly recorded: boolean
  readonly speed: number
}

function pastText({ at_ms, end_ms, recorded, speed }: TitlePast, glyphs: Glyphs): Line {
  const place = ` ${recorded ? "REPLAY" : "PAST"} ${offset(at_ms)} of ${offset(end_ms)} `
  return [
    span("  "),
    span(place, { fg: "warn", bold: true }),
    span(speedText(speed, glyphs), speed > 0 ? {} : { fg: "faint" }),
  ]
}

function speedText(speed: number, glyphs: Glyphs): string {
  if (speed === 0) return "paused"
  return Number.isFinite(speed) ? `${glyphs.times}${Number(speed.toPrecision(3))}` : "at full speed"
}

/** The first line: whose clock says what, and the cluster in three numbers on the right where there is room for them. */
export function titleLine(scene: Scene, width: number, glyphs: Glyphs, past?: TitlePast): Line {
  const faint: Style = { fg: "faint" }
  const left: Span[] = [
    span(" drydock ", { fg: "title", bold: true }),
    span(width >= 100 ? ` ${date(scene.now)} ` : " ", faint),
    span(clock(scene.now), { bold: true }),
  ]
  if (past) left.push(...pastText(past, glyphs))
  else if (scene.simulation) {
    const { seed, speed, started } = scene.simulation
    left.push(span(` +${elapsed(scene.now - started)}`, faint))
    left.push(span("  seed ", faint), span(seed), span("  "))
    const pace = scene.simulation.recorded ? "recorded" : speedText(speed, glyphs)
    left.push(span(pace, speed === 0 ? { fg: "warn", bold: true } : {}))
  }
  const right = [true, false]
    .map((wordy) => summary(scene, wordy, glyphs))
    .find((line) => lineWidth(left) + lineWidth(line) < width)
  if (right === undefined) return clip(left, width, glyphs.ellipsis)
  return [...sized(left, width - lineWidth(right)), ...right]
}

function summary(scene: Scene, wordy: boolean, glyphs: Glyphs): Line {
  const ready = scene.nodes.filter(({ state }) => state === "ready").length
  const done = scene.services.reduce((sum, service) => sum + service.done, 0)
  const wanted = scene.services.reduce((sum, service) => sum + service.wanted, 0)
  const leader = scene.managers.some(({ role }) => role === "leader")
  const count = (n: number, of: number, what: string): Line => [
    span(`${n}/${of}`, { fg: n === of ? "good" : "warn" }),
    span(` ${what}`, { fg: "faint" }),
  ]
  const dot = span(` ${glyphs.dot} `, { fg: "rule" })
  return [
    ...(leader ? [] : [span("no leader", { fg: "bad", bold: true }), dot]),
    ...count(ready, scene.nodes.length, wordy ? "nodes ready" : "nodes"),
    dot,
    ...count(done, wanted, wordy ? "tasks running" : "tasks"),
    dot,
    span(wordy ? `log index ${scene.index} ` : `#${scene.index} `, { fg: "faint" }),
  ]
}
