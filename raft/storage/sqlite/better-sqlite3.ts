import Sqlite from "better-sqlite3"

// The package is of the kind whose names are properties of what it exports; here they get names of their own.
export const { SqliteError } = Sqlite
export { Sqlite }
export type Database = Sqlite.Database
export type Statement<Parameters extends unknown[]> = Sqlite.Statement<Parameters>
