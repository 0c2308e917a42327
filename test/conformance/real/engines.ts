import { type Dockerd, startDockerd } from "../../../bench/live/dockerd.ts"
import { Lan, type Machine } from "../../../bench/live/lan.ts"

export const managers = 3
export const workers = 2

/** A dockerd, and the machine that it is the engine of. */
export interface Engine {
  /** A DOCKER_HOST. */
  readonly host: string
  readonly machine: Machine
}

/** Five dockerd, machines of one network, so that they disturb no other, with the images of the scenarios. Nothing is left of them in the end. */
export async function startEngines(): Promise<{
  readonly engines: ReadonlyArray<Engine>
  readonly stop: () => Promise<void>
}> {
  const lan = new Lan()
  const running: Array<Dockerd> = []
  const stop = async () => {
    await Promise.all(running.map((dockerd) => dockerd.stop()))
    lan.remove()
  }
  const start = async (number: number): Promise<Engine> => {
    const machine = lan.add()
    const hostname = number <= managers ? `manager${number}` : `worker${number - managers}`
    const dockerd = await startDockerd({ machine, hostname })
    running.push(dockerd)
    return { host: `unix://${dockerd.socketPath}`, machine }
  }
  const started = await Promise.allSettled(Array.from({ length: managers + workers }, (_, at) => start(at + 1)))
  const failed = started.find((each) => each.status === "rejected")
  if (failed === undefined) {
    return { engines: started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])), stop }
  }
  await stop()
  throw failed.reason
}
