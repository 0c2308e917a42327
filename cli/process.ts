import { setTimeout as delay } from "node:timers/promises"
import type { Cli } from "./cli.ts"
import type { Engine } from "./client/engine.ts"
import { chooseHost } from "./client/host.ts"
import { httpEngine } from "./client/http.ts"
import { drydockVersion } from "./version.ts"

/** What a command line runs in: output, and the way to a cluster. Tests bring their own. */
export interface Surroundings {
  out(text: string | Uint8Array): void
  err(text: string | Uint8Array): void
  /** `host` is what --host said, or "". */
  connect(host: string): Cli
}

/** The process itself: its streams, environment, signals and clock. */
export const processSurroundings: Surroundings = {
  out: (text) => {
    write(process.stdout, text)
  },
  err: (text) => {
    write(process.stderr, text)
  },
  connect(flag) {
    // Asked for only by commands that talk to a cluster: others do not care whether there is a docker context.
    let host: string | undefined
    let engine: Engine | undefined
    const chosen = () => {
      host ??= chooseHost(flag, process.env)
      return host
    }
    return {
      get engine() {
        engine ??= httpEngine(chosen(), `Drydock-Client/${drydockVersion()} (${process.platform})`)
        return engine
      },
      get host() {
        return chosen()
      },
      out: this.out,
      err: this.err,
      isTerminal: process.stdout.isTTY === true,
      columns: process.stdout.columns ?? 80,
      env: process.env,
      cwd: process.cwd(),
      stdin: readStdin,
      now: Date.now,
      sleep: (milliseconds) => delay(milliseconds),
      onInterrupt,
    }
  },
}

const guarded = new WeakSet<NodeJS.WriteStream>()

/** A reader that has gone (`| head -1`) ends the command in silence. */
function write(stream: NodeJS.WriteStream, text: string | Uint8Array): void {
  if (!guarded.has(stream)) {
    guarded.add(stream)
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0)
      throw error
    })
  }
  stream.write(text)
}

async function readStdin(limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk))
    length += chunk.length
    if (length > limit) break
  }
  return Buffer.concat(chunks)
}

function onInterrupt(act: () => void): () => void {
  process.on("SIGINT", act)
  return () => {
    process.off("SIGINT", act)
  }
}
