/** Character codes by name, as far as YAML's grammar needs them. The end of the text reads as NaN, which equals nothing. */
export const tab = 9
export const newline = 10
export const carriageReturn = 13
export const space = 32

export const code = (char: string): number => char.charCodeAt(0)

export const isEnd = (at: number): boolean => Number.isNaN(at)
export const isBlank = (at: number): boolean => at === space || at === tab
export const isBreak = (at: number): boolean =>
  at === newline || at === carriageReturn || at === 0x85 || at === 0x2028 || at === 0x2029
export const isBreakOrEnd = (at: number): boolean => isBreak(at) || isEnd(at)
export const isBlankOrEnd = (at: number): boolean => at === space || at === newline || isBlank(at) || isBreakOrEnd(at)

export const isDigit = (at: number): boolean => at >= 48 && at <= 57
export const isWord = (at: number): boolean =>
  isDigit(at) || (at >= 65 && at <= 90) || (at >= 97 && at <= 122) || at === 95 || at === 45

export const isHex = (at: number): boolean => isDigit(at) || (at >= 65 && at <= 70) || (at >= 97 && at <= 102)
