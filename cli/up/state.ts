import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join, resolve } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CliError, messageOf } from "../errors.ts"

/** One daemon of a cluster on this machine. */
const Machine = Schema.Struct({
  name: Schema.String,
  role: Schema.Literals(["manager", "worker"]),
  /** Of the process that was started last. */
  pid: Schema.optionalKey(Schema.Number),
  /** Of the swarm; absent before it joined. */
  nodeId: Schema.optionalKey(Schema.String),
})
export interface Machine extends Schema.Schema.Type<typeof Machine> {}

const State = Schema.Struct({
  format: Schema.Literal(1),
  engine: Schema.String,
  machines: Schema.Array(Machine),
})
export interface State extends Schema.Schema.Type<typeof State> {}

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(State))

/** Where a cluster on this machine lives: a folder for each daemon, and what was started. */
export class StateFolder {
  readonly path: string

  constructor(path: string) {
    this.path = resolve(path)
  }

  /** Undefined when no cluster is there. Throws when there is something else. */
  read(): State | undefined {
    if (!existsSync(this.#file)) return undefined
    const state = Option.getOrUndefined(decode(readFileSync(this.#file, "utf8")))
    if (state === undefined) throw new Error(`${this.#file} is not of this version of drydock`)
    return state
  }

  /** Nothing is there yet. */
  isFree(): boolean {
    return !existsSync(this.path) || readdirSync(this.path).length === 0
  }

  /** Makes it; returns the folders that this made, the outermost first. */
  make(): ReadonlyArray<string> {
    const made: Array<string> = []
    for (let path = this.path; !existsSync(path) && path !== dirname(path); path = dirname(path)) made.unshift(path)
    try {
      // One by one: Node's own way of doing that does not end in some places (/proc).
      for (const path of made) mkdirSync(path, { mode: 0o700 })
    } catch (error) {
      throw new CliError(`cannot make the folder of the cluster: ${messageOf(error)}`)
    }
    return made
  }

  /** Removes what `make` made, as far as nothing else is in it. */
  unmake(made: ReadonlyArray<string>): void {
    try {
      for (const path of [...made].reverse()) if (existsSync(path)) rmdirSync(path)
    } catch {
      // Somebody else has put something there since.
    }
  }

  write(state: State): void {
    writeFileSync(this.#file, `${JSON.stringify(state, undefined, 2)}\n`)
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }

  /** The data folder of one daemon. */
  dataDir(machine: string): string {
    return join(this.path, machine)
  }

  /** Where its API listens. */
  socketPath(machine: string): string {
    return join(this.path, `${machine}.sock`)
  }

  logFile(machine: string): string {
    return join(this.path, `${machine}.log`)
  }

  /**
   * Each daemon has an address of its own in 127.0.0.0/8, all of which is this machine: they can all listen on the same ports. Which ones
   * follows from the folder, so that two clusters do not meet.
   */
  address(index: number): string {
    const [a = 0, b = 0] = createHash("sha256").update(this.path).digest()
    return `127.${1 + (a % 250)}.${b}.${index + 1}`
  }

  get #file(): string {
    return join(this.path, "cluster.json")
  }
}

type Env = Readonly<Record<string, string | undefined>>

export const defaultStateFolder = (env: Env): string =>
  join(env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "drydock", "up")
