import type { ResourceRequirements } from "../../core/model/resources.ts"
import type { Resources } from "../config.ts"
import { given } from "./context.ts"

export type NanoCpus = { readonly nano: number } | { readonly error: string }

const decimalForm = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

const decimal = (text: string): Ratio | undefined => {
  const found = decimalForm.exec(text)
  if (found === null) return undefined
  const [, sign, whole = "", fraction = "", exponent = "0"] = found
  if (whole === "" && fraction === "") return undefined
  const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n)
  const shift = Number(exponent) - fraction.length
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) }
}

const ratioOf = (text: string): Ratio | undefined => {
  const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text)
  if (fraction === null) return decimal(text)
  const denominator = BigInt(fraction[2] ?? "1")
  const numerator = BigInt((fraction[1] ?? "0").replace(/^\+/, ""))
  return denominator === 0n ? undefined : { numerator, denominator }
}

/** CPUs are an exact ratio (`0.5`, `1/4`): what is no whole number of billionths is refused. */
export const parseCpus = (text: string): NanoCpus => {
  const ratio = ratioOf(text)
  if (ratio === undefined) return { error: `failed to parse ${text} as a rational number` }
  const scaled = ratio.numerator * 1_000_000_000n
  if (scaled % ratio.denominator !== 0n) return { error: "value is too precise" }
  return { nano: Number(scaled / ratio.denominator) }
}

interface Amounts {
  readonly cpus?: string
  readonly memory?: string
}

const amounts = (source: Amounts): { NanoCPUs?: number; MemoryBytes?: number } | { readonly error: string } => {
  const cpus = source.cpus === undefined ? undefined : parseCpus(source.cpus)
  if (cpus !== undefined && "error" in cpus) return cpus
  const memory = source.memory === undefined ? undefined : Number(source.memory)
  return { ...given("NanoCPUs", cpus?.nano), ...given("MemoryBytes", memory) }
}

export const convertResources = (source: Resources | undefined): ResourceRequirements | { readonly error: string } => {
  const limits = source?.limits && amounts(source.limits)
  if (limits !== undefined && "error" in limits) return limits
  const reservations = source?.reservations && amounts(source.reservations)
  if (reservations !== undefined && "error" in reservations) return reservations
  const pids = source?.limits?.pids
  const generic = source?.reservations?.generic_resources?.flatMap(({ discrete_resource_spec: spec }) =>
    spec === undefined ? [] : [{ DiscreteResourceSpec: { Kind: spec.kind, Value: Number(spec.value) } }],
  )
  return {
    ...(limits === undefined
      ? {}
      : { Limits: { ...limits, ...given("Pids", pids === undefined ? undefined : Number(pids)) } }),
    ...(reservations === undefined ? {} : { Reservations: { ...reservations, ...given("GenericResources", generic) } }),
  }
}
