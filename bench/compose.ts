// How long compose files take: a file of 1,000 services of our own making, loaded, validated, printed and converted in this process, and
// `drydock stack config` on it and on a small file as whole processes, in turns with `docker stack config` on the same files and with the
// least a Node process can take. Medians of RUNS runs (7, or --runs N).
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Result from "effect/Result"
import { configYaml, convertStack, loadStack } from "../compose/index.ts"

const servicesCount = 1000

const serviceText = (i: number): string => `  service${i}:
    image: registry.example/app-${i}:1.${i}
    command: ["run", "--id", "${i}"]
    environment:
      INDEX: "${i}"
      HOME_OF: \${HOME:-/root}
      TEXT: some plain words
    networks: [front, back]
    ports: ["${10_000 + i}:80"]
    volumes:
      - data${i % 10}:/data
      - ./conf:/etc/conf:ro
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost"]
      interval: 30s
      timeout: 5s
      retries: 3
    deploy:
      replicas: 3
      update_config: {parallelism: 1, delay: 10s}
      resources: {limits: {cpus: "0.5", memory: 128M}}
      restart_policy: {condition: on-failure}
      labels: {app.index: "${i}"}
`

const largeText = [
  'version: "3.8"\nservices:\n',
  ...Array.from({ length: servicesCount }, (_, i) => serviceText(i)),
  "networks: {front: {}, back: {}}\nvolumes:\n",
  ...Array.from({ length: 10 }, (_, i) => `  data${i}: {}\n`),
].join("")
const smallText = 'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n'

const median = (times: ReadonlyArray<number>): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

const timed = <T>(work: () => T): readonly [T, number] => {
  const started = performance.now()
  const result = work()
  return [result, performance.now() - started]
}

const readFile = (path: string) => Result.fail(`open ${path}: no such file or directory`)

/** Milliseconds of each step, of one run in this process. */
const inProcess = () => {
  const input = { files: [{ path: "large.yml", text: largeText }], workingDir: "/work", env: {}, readFile }
  const [loaded, load] = timed(() => Result.getOrThrow(loadStack(input)))
  const [, print] = timed(() => configYaml(loaded.config))
  const [specs, convert] = timed(() => Result.getOrThrow(convertStack(loaded, { namespace: "bench", readFile })))
  if (specs.services.length !== servicesCount) throw new Error("services were lost")
  return { load, print, convert }
}

const flag = process.argv.indexOf("--runs")
const runs = Number(flag < 0 ? 7 : process.argv[flag + 1])
const main = fileURLToPath(new URL("../cli/main.js", import.meta.url))
if (!existsSync(main)) throw new Error(`${main} is not there: npm run build first`)

const steps = Array.from({ length: runs }, inProcess)
console.log(
  `a file of ${servicesCount} services (${Math.round(largeText.length / 1024)} KiB), in process, median of ${runs} runs:`,
)
for (const step of ["load", "print", "convert"] as const) {
  const took = median(steps.map((run) => run[step]))
  console.log(
    `  ${step.padEnd(8)} ${took.toFixed(1).padStart(7)} ms  ${((took * 1000) / servicesCount).toFixed(0)} us a service`,
  )
}

const folder = mkdtempSync(join(tmpdir(), "drydock-bench-"))
try {
  const [large, small] = [join(folder, "large.yml"), join(folder, "small.yml")]
  writeFileSync(large, largeText)
  writeFileSync(small, smallText)
  const hasDocker = spawnSync("docker", ["--version"]).status === 0
  const config = (file: string) => ["stack", "config", "-c", file]
  const subjects: ReadonlyArray<readonly [name: string, command: string, args: ReadonlyArray<string>]> = [
    ["node -e 0", process.execPath, ["-e", "0"]],
    ["drydock, small file", process.execPath, [main, ...config(small)]],
    ["drydock, large file", process.execPath, [main, ...config(large)]],
    ...(hasDocker
      ? ([
          ["docker, small file", "docker", config(small)],
          ["docker, large file", "docker", config(large)],
        ] as const)
      : []),
  ]
  const times = new Map(subjects.map(([name]) => [name, [] as Array<number>] as const))
  for (let run = 0; run < runs; run++) {
    for (const [name, command, args] of subjects) {
      const [result, took] = timed(() => spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"] }))
      if (result.status !== 0) throw new Error(`${name} failed: ${result.stderr.toString()}`)
      times.get(name)?.push(took)
    }
  }
  const least = median(times.get("node -e 0") ?? [])
  console.log(`whole processes, median of ${runs} runs in turns:`)
  for (const [name, all] of times) {
    const took = median(all)
    console.log(`  ${name.padEnd(20)} ${took.toFixed(0).padStart(6)} ms  ${(took / least).toFixed(2)} x node -e 0`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
