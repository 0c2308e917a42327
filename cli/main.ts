#!/usr/bin/env node
// `drydock --version` loads nothing but this; every command is a module of its own, loaded when it is asked for.
const args = process.argv.slice(2)
if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
  const { drydockVersion } = await import("./version.ts")
  process.stdout.write(`Drydock version ${drydockVersion()}\n`)
} else {
  const { main } = await import("./run.ts")
  process.exitCode = await main(args)
}
