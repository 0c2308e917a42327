import { spawn, spawnSync } from "node:child_process"
import { request } from "node:http"
import { fileURLToPath } from "node:url"
import type { Raw } from "./normalise/normalise.ts"

/** Commands run here, so that `-c shop.yml` finds the stack files. */
const folder = fileURLToPath(new URL("./stacks/", import.meta.url))

/** Longest a single command may take; `service create` waits five seconds by itself. */
const command_ms_max = 90_000

/** Version of the docker command line on this machine; none when there is none. */
export function dockerVersion(): string | undefined {
  const asked = spawnSync("docker", ["--version"], { encoding: "utf8" })
  return asked.status === 0 ? /version ([^,\s]+)/.exec(asked.stdout)?.[1] : undefined
}

function environment(host: string): NodeJS.ProcessEnv {
  // No configuration is in that folder: the contexts and plugins of whoever runs this stay out.
  // The API level is that of the engine that was recorded, whatever the one that is compared offers.
  const level = { DOCKER_API_VERSION: "1.41", COMPOSE_API_VERSION: "1.41" }
  return { PATH: process.env.PATH, LANG: "C", TZ: "UTC", DOCKER_CONFIG: folder, DOCKER_HOST: host, ...level }
}

/** Why docker-compose 1 cannot be asked on this machine. */
export function composeMissing(): string | undefined {
  const asked = spawnSync("docker-compose", ["version", "--short"], { encoding: "utf8" })
  if (asked.status !== 0) return "there is no docker-compose command on this machine"
  const version = asked.stdout.trim()
  return version.startsWith("1.29.") ? undefined : `docker-compose is ${version}, not 1.29`
}

export const docker = (host: string, args: ReadonlyArray<string>, stdin?: string): Promise<Raw> =>
  run("docker", host, args, stdin)

export const compose = (host: string, args: ReadonlyArray<string>): Promise<Raw> =>
  run("docker-compose", host, ["--ansi", "never", ...args], undefined)

/** Runs a command to its end. One that does not end is killed and has the code -1. */
function run(command: string, host: string, args: ReadonlyArray<string>, stdin: string | undefined): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: environment(host),
      stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      timeout: command_ms_max,
      killSignal: "SIGKILL",
    })
    const out = { stdout: "", stderr: "" }
    child.stdin?.end(stdin)
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      out.stdout += text
    })
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      out.stderr += text
    })
    child.on("error", reject)
    child.on("close", (code) => resolve({ code: code ?? -1, stdout: tidy(out.stdout), stderr: tidy(out.stderr) }))
  })
}

/** Where this checkout lies is nobody's behaviour. */
function tidy(text: string): string {
  return text.replaceAll(folder, "<stacks>/")
}

/** Splits a command line at spaces; 'single quotes' keep them. */
export function words(cmd: string): ReadonlyArray<string> {
  return [...cmd.matchAll(/(?:'[^']*'|[^\s'])+/g)].map((word) => word[0].replaceAll("'", ""))
}

/** One request to the Engine API: its status as the code, its body as standard output. */
export function api(host: string, method: string, path: string, body: unknown): Promise<Raw> {
  const where = new URL(host)
  const address =
    where.protocol === "unix:" ? { socketPath: where.pathname } : { host: where.hostname, port: where.port }
  return new Promise((resolve, reject) => {
    const asked = request({ ...address, method, path, headers: { "Content-Type": "application/json" } }, (response) => {
      let stdout = ""
      response.setEncoding("utf8").on("data", (text: string) => {
        stdout += text
      })
      response.on("end", () => resolve({ code: response.statusCode ?? -1, stdout, stderr: "" }))
    })
    asked.setTimeout(command_ms_max, () => asked.destroy(new Error(`${method} ${path}: no answer`)))
    asked.on("error", reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
