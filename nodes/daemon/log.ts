import * as Cause from "effect/Cause"
import * as Logger from "effect/Logger"
import type { Instant } from "../../core/instant.ts"

export const logLevels = ["debug", "info", "warn", "error"] as const
export type LogLevel = (typeof logLevels)[number]

export const logFormats = ["text", "json"] as const
export type LogFormat = (typeof logFormats)[number]

/** What is known of an event beside its message: plain values. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** One line an event: what happened, and why. */
export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void
  readonly info: (message: string, fields?: LogFields) => void
  readonly warn: (message: string, fields?: LogFields) => void
  readonly error: (message: string, fields?: LogFields) => void
}

export interface LogOptions {
  /** Lower levels are not written. */
  readonly level: LogLevel
  readonly format: LogFormat
  readonly write: (line: string) => void
  readonly now: () => Instant
}

export function makeLog(options: LogOptions): Log {
  const least = logLevels.indexOf(options.level)
  const render = options.format === "json" ? jsonLine : textLine
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (logLevels.indexOf(level) < least) return
      options.write(`${render(new Date(options.now()).toISOString(), level, message, fields)}\n`)
    }
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") }
}

const jsonLine = (time: string, level: LogLevel, message: string, fields: LogFields): string =>
  JSON.stringify({ ...fields, time, level, msg: message })

function textLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const parts = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}=${shown(value)}`],
  )
  return `${time} ${level.toUpperCase().padEnd(5)} ${oneLine(message)}${parts.join("")}`
}

const shown = (value: string | number | boolean): string =>
  typeof value === "string" && (value === "" || /[\s"=]/.test(value)) ? JSON.stringify(value) : String(value)

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ")

/** Effect's own log, into this one. */
export const effectLogger = (log: Log): Logger.Logger<unknown, void> =>
  Logger.make(({ logLevel, message, cause }) => {
    const words = (Array.isArray(message) ? message : [message]).filter((part) => !Cause.isCause(part)).map(String)
    const causes = [cause, ...(Array.isArray(message) ? message : [])].filter(Cause.isCause)
    const reasons = causes.filter(({ reasons }) => reasons.length > 0).map((one) => Cause.pretty(one))
    const fields = reasons.length > 0 ? { cause: reasons.join("; ") } : {}
    const say = logLevel === "Fatal" || logLevel === "Error" ? log.error : logLevel === "Warn" ? log.warn : log.debug
    say(words.join(" "), fields)
  })
