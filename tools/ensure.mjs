// Makes a fresh clone ready: installs what package-lock.json names and builds, each only when it is out of date.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const sources = ["core", "raft", "scheduler", "compose", "nodes", "sim", "cli", "bench"]

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`drydock needs Node 20.19 or newer; this is ${process.version}`)
  process.exit(1)
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}

const installed = modified(join(root, "node_modules/.package-lock.json"))
if (installed === 0 || installed < modified(join(root, "package-lock.json"))) {
  console.error("drydock: installing packages (npm ci) ...")
  run("npm", ["ci", "--no-audit", "--no-fund"])
}

const built = modified(join(root, "dist/cli/main.js"))
const wanted = Math.max(
  ...sources.map((folder) => newest(join(root, folder))),
  modified(join(root, "tsconfig.build.json")),
  modified(join(root, "package.json")),
)
if (built < wanted) {
  console.error("drydock: building ...")
  run(process.execPath, ["tools/build.mjs"])
}
