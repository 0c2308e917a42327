/** The environment of the command: the only source of variables, no `.env` is read. */
export type Environment = Readonly<Record<string, string>>

/** A variable's value, or undefined when it is not set, which is not the same as empty. */
export type Lookup = (name: string) => string | undefined

export const lookupIn =
  (env: Environment): Lookup =>
  (name) =>
    Object.hasOwn(env, name) ? env[name] : undefined
