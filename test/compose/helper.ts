import * as Result from "effect/Result"
import {
  type ComposeError,
  configYaml,
  convertStack,
  type LoadedStack,
  loadStack,
  type ServiceConfig,
  type StackSpecs,
  withReferenceIds,
} from "../../compose/index.ts"

export interface Given {
  readonly env?: Readonly<Record<string, string>>
  /** contents by absolute path; the working directory is /work */
  readonly disk?: Readonly<Record<string, string>>
  readonly skipInterpolation?: boolean
}

const readerOf = (disk: Readonly<Record<string, string>>) => (path: string) => {
  const text = disk[path]
  return text === undefined
    ? Result.fail(`open ${path}: no such file or directory`)
    : Result.succeed(new TextEncoder().encode(text))
}

export const tryLoad = (texts: string | ReadonlyArray<string>, given: Given = {}) =>
  loadStack({
    files: [texts].flat().map((text, index) => ({ path: index === 0 ? "stack.yml" : `stack.${index}.yml`, text })),
    workingDir: "/work",
    env: given.env ?? {},
    readFile: readerOf(given.disk ?? {}),
    ...(given.skipInterpolation === undefined ? {} : { skipInterpolation: given.skipInterpolation }),
  })

export const load = (texts: string | ReadonlyArray<string>, given: Given = {}): LoadedStack => {
  const loaded = tryLoad(texts, given)
  if (Result.isFailure(loaded)) throw new Error(loaded.failure.map((error) => error.message).join("\n"))
  return loaded.success
}

export const errorsOf = (texts: string | ReadonlyArray<string>, given: Given = {}): ReadonlyArray<ComposeError> => {
  const loaded = tryLoad(texts, given)
  return Result.isFailure(loaded) ? loaded.failure : []
}

/** What Docker would say, or undefined when it would not complain. */
export const complaint = (texts: string | ReadonlyArray<string>, given: Given = {}): string | undefined =>
  errorsOf(texts, given)[0]?.message

/** A stack of one service `web`, from the lines of that service. */
export const web = (...lines: ReadonlyArray<string>): string =>
  ["services:", "  web:", ...lines.map((line) => `    ${line}`), ""].join("\n")

export const webOf = (texts: string | ReadonlyArray<string>, given: Given = {}): ServiceConfig =>
  load(texts, given).config.services.get("web") ?? {}

export const printed = (texts: string | ReadonlyArray<string>, given: Given = {}): string =>
  configYaml(load(texts, given).config)

export const tryConvert = (texts: string | ReadonlyArray<string>, given: Given = {}) =>
  convertStack(load(texts, given), { namespace: "shop", readFile: readerOf(given.disk ?? {}) })

/** The specs with IDs `id of NAME`. */
export const convert = (texts: string | ReadonlyArray<string>, given: Given = {}): StackSpecs => {
  const converted = tryConvert(texts, given)
  if (Result.isFailure(converted)) throw new Error(converted.failure.map((error) => error.message).join("\n"))
  const named = (name: string) => `id of ${name}`
  return Result.getOrThrow(withReferenceIds(converted.success, { secret: named, config: named }))
}

export const refusal = (texts: string | ReadonlyArray<string>, given: Given = {}): string | undefined => {
  const converted = tryConvert(texts, given)
  return Result.isFailure(converted) ? converted.failure[0]?.message : undefined
}

export const specOf = (texts: string | ReadonlyArray<string>, given: Given = {}) => {
  const spec = convert(texts, given).services[0]
  if (spec === undefined) throw new Error("no service")
  return spec
}

export const containerOf = (texts: string | ReadonlyArray<string>, given: Given = {}) =>
  specOf(texts, given).TaskTemplate.ContainerSpec ?? {}
