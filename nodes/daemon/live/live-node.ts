import { randomBytes } from "node:crypto"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import type { Duplex } from "node:stream"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { NodeDescription } from "../../../core/model/node.ts"
import { Random } from "../../../core/random.ts"
import type { AgentOutput } from "../../agent/agent.ts"
import type { EngineCommand } from "../../engine/engine.ts"
import type { ManagerOutput } from "../../manager/io.ts"
import type { Platform } from "../../node/platform.ts"
import { SwarmNode } from "../../node/swarm-node.ts"
import type { Peer } from "../../peer.ts"
import type { StreamHeader } from "../../wire/links/links.ts"
import { Alarm } from "../driver/alarm.ts"
import type { WallClock } from "../driver/wall-clock.ts"
import type { Log } from "../log.ts"
import { admitBy } from "./admit.ts"
import { wireAsking } from "./asking.ts"
import { liveAuthority } from "./authority.ts"
import { IdentityFile } from "./identity-file.ts"
import { NodeLinks } from "./live-links.ts"
import { materialOf } from "./material.ts"
import { LiveMemberStorage } from "./member-storage.ts"

export interface LiveNodeOptions {
  readonly dataDir: string
  readonly clock: WallClock
  readonly log: Log
  /** The machine's own address; "" when nobody can tell. */
  readonly address: string
  readonly describe: () => NodeDescription
  readonly engine: (nodeId: string, number: number, command: EngineCommand) => void
  readonly stream: (from: Peer, header: StreamHeader, stream: Duplex) => void
  /** The machine belongs to no swarm any more. */
  readonly parted: () => void
  readonly observeManager: (output: ManagerOutput) => void
  readonly observeAgent: (output: AgentOutput) => void
  /** The node cannot go on: its disk refuses, or an invariant is broken. */
  readonly failed: (error: unknown) => void
}

/** A SwarmNode on this machine: its links, its disk, its certificates. */
export interface LiveNode {
  readonly node: SwarmNode
  readonly links: NodeLinks
  readonly member: LiveMemberStorage
}

/** Makes the node and starts it with what it remembers, until the scope ends: then it is gone as if the process were. */
export const makeLiveNode: (options: LiveNodeOptions) => Effect.Effect<LiveNode, never, Scope.Scope> =
  Effect.fnUntraced(function* (options) {
    const { dataDir, clock, log } = options
    const scope = yield* Effect.scope
    const run = (effect: Effect.Effect<void>) => {
      Effect.runFork(effect).pipe(Fiber.runIn(scope))
    }
    const removed = (nodeId: string) => {
      for (const cluster of node.manager?.store.all("clusters") ?? []) {
        if (cluster.RemovedNodes?.includes(nodeId)) return true
      }
      return false
    }
    const links = new NodeLinks({
      log,
      received: (from, envelope) => guarded(() => node.receive(from, envelope)),
      down: (nodeId) => guarded(() => node.linkDown(nodeId)),
      stream: options.stream,
      closed: options.parted,
      removed,
      rootCertificate: () => {
        const authority = node.authority()
        return (authority?.previous ?? authority?.root)?.CACert
      },
      admit: admitBy(() => node),
    })
    const identityFile = new IdentityFile(join(dataDir, "node.json"), options.failed)
    const member = new LiveMemberStorage({
      path: join(dataDir, "manager.db"),
      dataKey: () => node.identity && materialOf(node.identity)?.dataKey,
      refused: (error) => log.error("the disk refused a save", { reason: String(error) }),
    })
    /** What breaks a machine ends the process: it must not go on with what it has. */
    const guarded = <A>(act: () => A): A | undefined => {
      try {
        return act()
      } catch (error) {
        options.failed(error)
        return undefined
      }
    }
    const platform: Platform = {
      now: clock.now,
      alarm: (ring) => new Alarm(clock.now, () => guarded(ring)).set,
      random: new Random(randomBytes(32).toString("hex")),
      address: options.address,
      addressOf: (name) => networkInterfaces()[name]?.find(({ family }) => family === "IPv4")?.address,
      describe: options.describe,
      engine: (number, command) => {
        const nodeId = node.identity?.nodeId
        if (nodeId !== undefined) options.engine(nodeId, number, command)
      },
      links,
      member,
      identity: identityFile,
      authority: liveAuthority({ now: clock.now, asking: wireAsking(log), run }),
      observeManager: (output) => {
        options.observeManager(output)
        if (output.type === "applied" && output.changes.some(({ table }) => table === "clusters")) links.cutRemoved()
      },
      observeAgent: options.observeAgent,
    }
    const node = new SwarmNode(platform)
    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        node.halt()
        await links.shutDown()
        member.close()
      }),
    )
    guarded(() => node.start())
    return { node, links, member }
  })
