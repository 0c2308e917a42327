import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const typescript = fileURLToPath(new URL("../raft/storage/sqlite/typescript.mjs", import.meta.url))

/**
 * Runs a program that writes to `path` and says in a line what is durable, kills it some milliseconds after its first word, and returns the last line that
 * it said whole: undefined for none.
 */
export function writeUntilKilled(writer: URL, path: string, after_ms: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const argv = ["--import", typescript, fileURLToPath(writer), path]
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] })
    let said = ""
    let complaint = ""
    child.stdout.on("data", (chunk: Buffer) => {
      if (said === "") setTimeout(() => child.kill("SIGKILL"), after_ms)
      said += chunk.toString()
    })
    child.stderr.on("data", (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    child.on("error", reject)
    child.on("close", (_, signal) => {
      if (signal !== "SIGKILL") reject(new Error(`the writer ended by itself: ${complaint}`))
      // What follows the last line's end may be half a number.
      const lines = said.slice(0, said.lastIndexOf("\n")).split("\n")
      resolve(said.includes("\n") ? lines.at(-1) : undefined)
    })
  })
}
