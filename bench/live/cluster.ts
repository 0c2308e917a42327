import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { eventually } from "./eventually.ts"
import type { Machine } from "./lan.ts"
import { NodeProcess } from "./node-process.ts"
import { nodesOf, tokensOf } from "./views.ts"

export interface Place {
  readonly engine: string
  readonly machine?: Machine
}

export interface ClusterOptions {
  readonly managers: number
  readonly workers: number
  /** Where each node is: managers first. */
  readonly place: (index: number) => Place
}

/** A cluster of real daemon processes on this machine. Whoever starts one must end it. */
export class LiveCluster {
  readonly folder = mkdtempSync(join(tmpdir(), "drydock-live-"))
  readonly nodes: ReadonlyArray<NodeProcess>
  readonly managers: ReadonlyArray<NodeProcess>

  private constructor({ managers, workers, place }: ClusterOptions) {
    // Two clusters at the same time do not meet.
    const [a = 0, b = 0] = createHash("sha256").update(this.folder).digest()
    this.nodes = Array.from({ length: managers + workers }, (_, index) => {
      const name = index < managers ? `manager${index + 1}` : `worker${index - managers + 1}`
      const { engine, machine } = place(index)
      const address = machine?.address ?? `127.${1 + (a % 250)}.${b}.${index + 1}`
      return new NodeProcess({ name, folder: join(this.folder, name), engine, address, ...(machine && { machine }) })
    })
    this.managers = this.nodes.slice(0, managers)
  }

  static async start(options: ClusterOptions): Promise<LiveCluster> {
    const cluster = new LiveCluster(options)
    try {
      for (const node of cluster.nodes) node.start()
      for (const node of cluster.nodes) await answering(node)
      await cluster.#unite()
      return cluster
    } catch (error) {
      await cluster.end()
      throw error
    }
  }

  /** The manager that leads, as one of those that answer sees it; undefined when none says so. */
  async leader(): Promise<NodeProcess | undefined> {
    for (const manager of this.managers) {
      if (!manager.runs || manager.paused) continue
      const { status, body } = await manager.call("GET", "/nodes", { timeout_ms: 2_000 })
      if (status !== 200) continue
      const leader = nodesOf(body).find(({ ManagerStatus }) => ManagerStatus?.Leader === true)
      return this.nodes.find(({ address }) => `${address}:2377` === leader?.ManagerStatus?.Addr)
    }
    return undefined
  }

  /** Ends every process and leaves nothing behind, but, to look into it, the folder when it is to be kept. */
  async end({ keep = false }: { readonly keep?: boolean } = {}): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.retire()))
    for (const line of readFileSync("/proc/self/mounts", "utf8").split("\n").reverse()) {
      const at = line.split(" ")[1] ?? ""
      if (at.startsWith(`${this.folder}/`)) spawnSync("umount", ["-l", at])
    }
    if (!keep) rmSync(this.folder, { recursive: true, force: true })
  }

  async #unite(): Promise<void> {
    const [first, ...others] = this.nodes
    if (first === undefined) return
    const listen = (node: NodeProcess) => ({ ListenAddr: `${node.address}:2377`, AdvertiseAddr: node.address })
    await post(first, "/swarm/init", { ...listen(first), Spec: {} })
    const tokens = tokensOf(await first.get("/swarm")).JoinTokens
    for (const node of others) {
      const JoinToken = this.managers.includes(node) ? tokens.Manager : tokens.Worker
      await post(node, "/swarm/join", { ...listen(node), RemoteAddrs: [`${first.address}:2377`], JoinToken })
    }
    await eventually("every node is in the swarm", async () => {
      const ready = nodesOf(await first.get("/nodes")).filter(({ Status }) => Status.State === "ready")
      if (ready.length !== this.nodes.length) throw new Error(`${ready.length} of ${this.nodes.length} are ready`)
    })
  }
}

/** Until its API answers. Fails when the process ended, with what it said last. */
export async function answering(node: NodeProcess, patience_ms = 60_000): Promise<void> {
  const end = Date.now() + patience_ms
  while ((await node.call("GET", "/_ping", { timeout_ms: 2_000 })).status !== 200) {
    if (!node.runs || Date.now() > end) throw new Error(`${node.name} does not answer:\n${node.log().slice(-2_000)}`)
    await pause(20)
  }
}

async function post(node: NodeProcess, path: string, body: unknown): Promise<void> {
  const { status, error } = await node.call("POST", path, { body, timeout_ms: 30_000 })
  if (status !== 200) throw new Error(`${node.name}: POST ${path}: ${status} ${error}`)
}
