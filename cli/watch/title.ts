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

function speedText(speed: number, glyphs: Glyphs): string {
  if (speed === 0) return "paused"
  return Number.isFinite(speed) ? `${glyphs.times}${Number(speed.toPrecision(3))}` : "at full speed"
}

/** The first line: whose clock says what, and the cluster in three numbers on the right where there is room for them. */
export function titleLine(scene: Scene, width: number, glyphs: Glyphs): Line {
  const faint: Style = { fg: "faint" }
  const left: Span[] = [
    span(" drydock ", { fg: "title", bold: true }),
    span(width >= 100 ? ` ${date(scene.now)} ` : " ", faint),
    span(clock(scene.now), { bold: true }),
  ]
  if (scene.simulation) {
    const { seed, speed, started } = scene.simulation
    left.push(span(` +${elapsed(scene.now - started)}`, faint))
    left.push(span("  seed ", faint), span(seed), span("  "))
    left.push(span(speedText(speed, glyphs), speed === 0 ? { fg: "warn", bold: true } : {}))
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
