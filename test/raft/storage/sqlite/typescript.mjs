// Lets a plain Node process import TypeScript: node --import ./typescript.mjs file.ts
import { readFile } from "node:fs/promises"
import { register } from "node:module"
import { fileURLToPath } from "node:url"
import { isMainThread } from "node:worker_threads"
import { transform } from "@swc/core"

if (isMainThread) register(import.meta.url)

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context)
  const options = { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" } }
  const { code } = await transform(await readFile(fileURLToPath(url), "utf8"), { ...options, swcrc: false })
  return { format: "module", source: code, shortCircuit: true }
}
