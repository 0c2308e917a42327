// Compiles the product into dist/. Files that the compiler does not copy (none yet) would be copied here.
import { spawnSync } from "node:child_process"
import { chmodSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
rmSync(`${root}/dist`, { recursive: true, force: true })
const compiled = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
})
if (compiled.status !== 0) process.exit(compiled.status ?? 1)
const schemas = spawnSync(process.execPath, ["tools/compile-schemas.mjs"], { cwd: root, stdio: "inherit" })
if (schemas.status !== 0) process.exit(schemas.status ?? 1)
chmodSync(`${root}/dist/cli/main.js`, 0o755)
