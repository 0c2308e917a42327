/** What a scenario is: docker commands in order, and how the output of each is compared. Data only. */

export interface Scenario {
  /** Also the name of its fixture: lower case and dashes. */
  readonly name: string
  readonly about: string
  readonly steps: ReadonlyArray<Step>
}

export type Step = DockerStep | ComposeStep | DockerodeStep | ApiStep

interface Common {
  /** The machine whose API is asked; manager1 unless told. Where its address is not known, the scenario ends there. */
  readonly on?: string
  /** Waited for after the step, before the next one: the same on both sides, always bounded. */
  readonly settle?: Settle | ReadonlyArray<Settle>
  readonly view?: View
}

export interface DockerStep extends Common {
  /** What follows the word docker; 'single quotes' keep spaces. Machines go by manager1.., worker1...; fill.ts has what else is filled in. */
  readonly cmd: string
  /** What it reads from standard input; nothing unless told. */
  readonly stdin?: string
}

/** docker-compose 1.29 (Python), which is not on every machine. */
export interface ComposeStep extends Common {
  /** What follows the word docker-compose. */
  readonly compose: string
}

/** A call by dockerode, as dockerode-calls.ts has it. */
export interface DockerodeStep extends Common {
  readonly dockerode: string
}

/** A bare request, for what the docker command line itself would never send. */
export interface ApiStep extends Common {
  readonly api: { readonly method: string; readonly path: string; readonly body?: unknown }
}

/**
 * "running": every service has the tasks it wants, none is on its way up or down, no update is under way.
 * Otherwise a command repeated until its standard output matches, on the step's machine unless told.
 */
export type Settle = "running" | { readonly cmd: string; readonly on?: string; readonly matches: RegExp }

/** How an output is read before it is compared. What is not named here is compared as it is, after normalisation. */
export interface View {
  /** Standard output is one JSON document. */
  readonly json?: boolean
  /** Keep only the indented block under this heading. */
  readonly section?: string
  /** Keep only what stands before the colon of each line. */
  readonly labels?: boolean
  /** Order of the lines (below the heading of a table), or of a JSON list, means nothing: docker itself walks a map, or sorts by ID. */
  readonly sorted?: boolean
  /** "any": which node a task is on is arbitrary. "shuffled": the nodes are certain, their order is not. */
  readonly nodes?: "any" | "shuffled"
  /** Columns whose values are certain as a set, though not which row has which. */
  readonly shuffled?: ReadonlyArray<string>
  /** Values that belong to the machine, not to the behaviour: labels of text lines, or paths in JSON (`*` is any key). */
  readonly mask?: ReadonlyArray<string>
  /** What is arbitrary in this step alone: in the text as a whole, in each cell of a table; before anything is sorted. */
  readonly replace?: ReadonlyArray<readonly [RegExp, string]>
}

/** The step in words, numbered from 1 as steps may repeat: `3: docker service ls`. */
export function stepName(at: number, step: Step): string {
  return `${at + 1}: ${inWords(step)}${step.on === undefined ? "" : ` (on ${step.on})`}`
}

function inWords(step: Step): string {
  if ("cmd" in step) return `docker ${step.cmd}`
  if ("compose" in step) return `docker-compose ${step.compose}`
  if ("dockerode" in step) return `dockerode: ${step.dockerode}`
  return `${step.api.method} ${step.api.path}`
}
