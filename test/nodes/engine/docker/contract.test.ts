import { afterAll, beforeAll, describe } from "vitest"
import { type Dockerd, missingDockerd, startDockerd } from "../../../support/dockerd.ts"
import { engineContract } from "../contract.ts"
import { Bench } from "./bench.ts"

describe.skipIf(missingDockerd() !== undefined)("with a real engine", { timeout: 60_000 }, () => {
  let dockerd: Dockerd
  beforeAll(async () => {
    dockerd = await startDockerd()
  }, 120_000)
  afterAll(() => dockerd.stop(), 120_000)

  engineContract("a real engine", { image: "busybox:1.36", open: () => Bench.open(dockerd) })
})
