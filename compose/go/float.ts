const specialText = (value: number): string | undefined => {
  if (Number.isNaN(value)) return "NaN"
  if (value === Number.POSITIVE_INFINITY) return "+Inf"
  if (value === Number.NEGATIVE_INFINITY) return "-Inf"
  return undefined
}

/**
 * Go's %v of a float64: shortest digits, exponent form below 1e-4 and from 1e6 upwards, at least two exponent digits.
 * JavaScript's String() switches to the exponent form elsewhere (1e-6, 1e21).
 */
export const formatFloat = (value: number): string => {
  const special = specialText(value)
  if (special !== undefined) return special
  if (value === 0) return Object.is(value, -0) ? "-0" : "0"
  const [mantissa = "0", exponentText = "0"] = value.toExponential().split("e")
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 6) {
    const digits = String(Math.abs(exponent)).padStart(2, "0")
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`
  }
  return plainDigits(mantissa, exponent)
}

const plainDigits = (mantissa: string, exponent: number): string => {
  const sign = mantissa.startsWith("-") ? "-" : ""
  const digits = mantissa.replace(/[-.]/g, "")
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0")
  const rest = digits.slice(exponent + 1)
  return rest === "" ? sign + whole : `${sign}${whole}.${rest}`
}
