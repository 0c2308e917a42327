import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs"
import * as Result from "effect/Result"
import { messageOf } from "../errors.ts"

/** No file that a stack needs is larger; what is (a device that never ends, a dump) is not read to its end. */
const bytesMax = 16 * 1024 * 1024

/** How long a pipe may keep silent, in milliseconds. */
const silenceMax = 800
const pollMs = 10

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or directory"],
  ["EACCES", "permission denied"],
  ["ENOTDIR", "not a directory"],
  ["ELOOP", "too many levels of symbolic links"],
  ["ENAMETOOLONG", "file name too long"],
  ["ENXIO", "no such device or address"],
])

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "")

const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs)
}

type Read = { readonly bytes: Buffer } | { readonly error: string }

/** Reads what there is, without waiting for long where nothing comes (a pipe that nobody writes to). */
const readAll = (descriptor: number): Read => {
  const chunks: Array<Buffer> = []
  let total = 0
  let silent = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(256 * 1024)
    let count: number
    try {
      count = readSync(descriptor, chunk)
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") throw error
      if (silent >= silenceMax) return { error: "nothing was written to this pipe" }
      pause()
      silent += pollMs
      continue
    }
    silent = 0
    if (count === 0) return { bytes: Buffer.concat(chunks) }
    total += count
    if (total > bytesMax) return { error: `larger than ${bytesMax / 1024 / 1024} MiB` }
    chunks.push(chunk.subarray(0, count))
  }
}

const readOpen = (descriptor: number, shown: string): Result.Result<Uint8Array, string> => {
  const stat = fstatSync(descriptor)
  if (stat.isDirectory()) return Result.fail(`read ${shown}: is a directory`)
  if (stat.size > bytesMax) return Result.fail(`read ${shown}: larger than ${bytesMax / 1024 / 1024} MiB`)
  const read = readAll(descriptor)
  if ("error" in read) return Result.fail(`read ${shown}: ${read.error}`)
  if (stat.isFIFO() && read.bytes.length === 0) return Result.fail(`read ${shown}: nobody writes to this pipe`)
  return Result.succeed(read.bytes)
}

/**
 * A file, or why not in Go's words; `shown` is the path as the user gave it. Never takes much more than a second nor much more memory
 * than the largest file allowed, whatever is found at the path.
 */
export const readFile = (path: string, shown: string = path): Result.Result<Uint8Array, string> => {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return readOpen(descriptor, shown)
  } catch (error) {
    const code = codeOf(error)
    if (code === "EISDIR") return Result.fail(`read ${shown}: is a directory`)
    return Result.fail(`open ${shown}: ${reasons.get(code) ?? messageOf(error)}`)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
