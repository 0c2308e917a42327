// The house rule of imports: core and raft at the ground, each floor sees only those below it.
const floors = {
  core: [],
  raft: [],
  scheduler: ["core"],
  compose: ["core"],
  nodes: ["core", "raft", "scheduler"],
  sim: ["core", "raft", "scheduler", "compose", "nodes"],
  cli: ["core", "raft", "scheduler", "compose", "nodes", "sim"],
  bench: ["core", "raft", "scheduler", "compose", "nodes", "sim", "cli"],
}
const every = [...Object.keys(floors), "test"]

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-undeclared-packages",
      comment: "only what package.json declares",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no-dev-packages-in-the-product",
      severity: "error",
      from: {
        path: `^(${Object.keys(floors)
          .filter((f) => f !== "bench")
          .join("|")})/`,
      },
      to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/@types/" },
    },
    ...Object.entries(floors).map(([floor, below]) => ({
      name: `${floor}-imports-only-downwards`,
      severity: "error",
      from: { path: `^${floor}/` },
      to: { path: `^(${every.filter((f) => f !== floor && !below.includes(f)).join("|")})/` },
    })),
    {
      name: "machines-know-no-world",
      comment: "what decides does no I/O: no Node modules in the ground floors, but where the log is stored",
      severity: "error",
      from: { path: "^(core|raft|scheduler)/", pathNot: "^raft/storage/sqlite" },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
}
