import { arch, availableParallelism, totalmem } from "node:os"
import type { NodeDescription } from "../../core/model/node.ts"

/** What can be said of this machine without its engine. */
export const describeSystem = (nodeName: string): NodeDescription => ({
  Hostname: nodeName,
  Platform: { Architecture: machine[arch()] ?? arch(), OS: "linux" },
  Resources: { NanoCPUs: availableParallelism() * 1e9, MemoryBytes: totalmem() },
  Engine: { EngineVersion: "" },
})

const machine: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" }
