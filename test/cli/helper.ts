import { createServer, type IncomingMessage } from "node:http"
import type { Cli } from "../../cli/cli.ts"
import { httpEngine } from "../../cli/client/http.ts"
import { main } from "../../cli/run.ts"

/** The moment at which every test's clock stands until a command sleeps. */
export const now = Date.parse("2026-01-01T12:00:00Z")

/** A request as the server saw it. `filters` is their JSON, `body` what was sent as JSON. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  /** What the header X-Registry-Auth says, where there is one. */
  readonly registryAuth?: unknown
}

export interface Answer {
  readonly status?: number
  readonly body?: unknown
  /** Bytes as they are, in place of a body: what is streamed. */
  readonly raw?: Uint8Array
}

/** What the server answers to "METHOD /path"; a function is asked each time. Anything else is docker's 404. */
export type Routes = Readonly<Record<string, Answer | ((seen: Seen) => Answer)>>

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly seen: ReadonlyArray<Seen>
}

export interface World {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly cwd?: string
  readonly isTerminal?: boolean
  /** Called at each sleep, with how often there was one before. */
  readonly onSleep?: (count: number, interrupt: () => void) => void
}

/** Runs a command line against a server of its own, on a clock that moves only when the command sleeps. */
export async function drydock(argv: ReadonlyArray<string>, routes: Routes = {}, world: World = {}): Promise<Outcome> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const one = await readRequest(request)
    seen.push(one)
    const route = routes[`${one.method} ${one.path}`]
    const answer = typeof route === "function" ? route(one) : route
    const { status = 200, body, raw }: Answer = answer ?? { status: 404, body: { message: "page not found" } }
    response.writeHead(status, { "Content-Type": "application/json" })
    response.end(raw ?? (body === undefined ? "" : JSON.stringify(body)))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  let stdout = ""
  let stderr = ""
  try {
    const out = (text: string | Uint8Array) => {
      stdout += textOf(text)
    }
    const err = (text: string | Uint8Array) => {
      stderr += textOf(text)
    }
    const connect = (): Cli => fakeCli(`tcp://127.0.0.1:${port}`, out, err, world)
    const exitCode = await main(argv, { out, err, connect })
    return { exitCode, stdout, stderr, seen }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const textOf = (text: string | Uint8Array): string =>
  typeof text === "string" ? text : Buffer.from(text).toString("utf8")

function fakeCli(host: string, out: Cli["out"], err: Cli["err"], world: World): Cli {
  let time = now
  let sleeps = 0
  const interrupts = new Set<() => void>()
  return {
    engine: httpEngine(host, "test"),
    host,
    out,
    err,
    isTerminal: world.isTerminal ?? false,
    columns: 120,
    env: world.env ?? {},
    cwd: world.cwd ?? "/",
    stdin: async () => Buffer.from(world.stdin ?? ""),
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds
      world.onSleep?.(sleeps++, () => {
        for (const act of interrupts) act()
      })
    },
    onInterrupt: (act) => {
      interrupts.add(act)
      return () => {
        interrupts.delete(act)
      }
    },
  }
}

async function readRequest(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const url = new URL(request.url ?? "/", "http://localhost")
  const text = Buffer.concat(chunks).toString("utf8")
  const auth = request.headers["x-registry-auth"]
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: text === "" ? undefined : JSON.parse(text),
    ...(auth && { registryAuth: JSON.parse(Buffer.from(String(auth), "base64url").toString()) }),
  }
}

/** The paths and methods of the requests, in order. */
export const calls = (outcome: Outcome): ReadonlyArray<string> =>
  outcome.seen.map(({ method, path }) => `${method} ${path}`)
