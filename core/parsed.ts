/** The outcome of reading a text: its value, or what is wrong with it in Docker's words. */
export type Parsed<A> = { readonly ok: true; readonly value: A } | { readonly ok: false; readonly error: string }

export const good = <A>(value: A): Parsed<A> => ({ ok: true, value })
export const bad = (error: string): Parsed<never> => ({ ok: false, error })
