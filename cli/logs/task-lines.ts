import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Task } from "../client/types.ts"
import { CliError } from "../errors.ts"
import { shortId } from "../format/human.ts"
import { resolver } from "../service/tasks.ts"

export interface TaskLineStyle {
  readonly details: boolean
  readonly timestamps: boolean
  readonly "no-resolve": boolean
  readonly "no-task-ids": boolean
  readonly "no-trunc": boolean
  /** Digits of the highest slot: shorter ones are padded. */
  readonly digits: number
}

const contexts = ["com.docker.swarm.node.id", "com.docker.swarm.service.id", "com.docker.swarm.task.id"] as const

/** Puts before a line of a task's log whose it is: "web.1.abcdefghijkl@worker1    | ...", as docker does. The engine tells in the line's details. */
export function taskLines(cli: Cli, style: TaskLineStyle): (line: Buffer) => Promise<Uint8Array> {
  const name = style["no-resolve"] ? async (_kind: string, id: string) => id : resolver(cli)
  const known = new Map<string, Promise<string>>()
  const whose = async (node: string, service: string, id: string): Promise<string> => {
    const host = await name("nodes", node)
    const serviceName = await name("services", service)
    const task = await cli.engine.get<Task>(at("tasks", id))
    const slot = String(task.Slot ?? 0)
    const suffix = style["no-task-ids"] ? "" : `.${style["no-trunc"] ? task.ID : shortId(task.ID)}`
    return `${serviceName}.${slot}${suffix}@${host}${" ".repeat(Math.max(0, style.digits - slot.length))}`
  }
  return async (line) => {
    const { before, details, rest } = split(line, style.timestamps)
    const pairs = new Map(details.split(",").map((pair) => pairOf(pair)))
    const [node, service, task] = contexts.map((key) => {
      const value = pairs.get(key)
      if (value === undefined) throw new CliError(`missing ${key.split(".").at(-2)} id in details: ${goMap(pairs)}`)
      return value
    })
    for (const key of contexts) pairs.delete(key)
    const key = `${node}/${service}/${task}`
    const prefix = known.get(key) ?? whose(node ?? "", service ?? "", task ?? "")
    known.set(key, prefix)
    const extra = style.details
      ? `${[...pairs]
          .map((pair) => pair.join("="))
          .sort()
          .join(",")} `
      : ""
    return Buffer.concat([Buffer.from(`${before}${await prefix}    | ${extra}`), rest])
  }
}

/** The time with its blank, the details, and the line itself. */
function split(line: Buffer, timestamps: boolean): { before: string; details: string; rest: Buffer } {
  const blank = 0x20
  const start = timestamps ? line.indexOf(blank) + 1 : 0
  const end = line.indexOf(blank, start)
  if ((timestamps && start === 0) || end < 0)
    throw new CliError(`invalid context in log message: ${line.toString("utf8")}`)
  const before = line.subarray(0, start).toString("utf8")
  return { before, details: line.subarray(start, end).toString("utf8"), rest: line.subarray(end + 1) }
}

function pairOf(pair: string): readonly [string, string] {
  const at = pair.indexOf("=")
  if (at < 0) throw new CliError("invalid details format")
  return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))]
}

const goMap = (pairs: ReadonlyMap<string, string>): string =>
  `map[${[...pairs]
    .map((pair) => pair.join(":"))
    .sort()
    .join(" ")}]`
