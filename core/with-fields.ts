/**
 * A copy of the object with some fields set. It says what a spread says; V8 copies it several times faster than a spread that is followed by other
 * fields, which counts where a cycle writes a hundred thousand tasks.
 */
export const withFields = <A extends object, B extends object>(object: A, fields: B): A & B =>
  Object.assign({}, object, fields)
