import Docker from "dockerode"
import type { Raw } from "./normalise/normalise.ts"

const options = {
  Name: "oded",
  Labels: { by: "dockerode" },
  TaskTemplate: {
    ContainerSpec: {
      Image: "busybox:1.36",
      Command: ["sh", "-c", "echo from the deep; exec sleep 1d"],
      StopGracePeriod: 1_000_000_000,
    },
  },
  Mode: { Replicated: { Replicas: 2 } },
  UpdateConfig: { Parallelism: 2, Monitor: 1_000_000_000, Order: "stop-first" as const },
}

/** What is asked of dockerode, by the words that stand in the scenario. Each gives what is compared. */
const calls: Readonly<Record<string, (docker: Docker) => Promise<unknown>>> = {
  "create a service": async (docker) => typeof (await docker.createService(options)).id,
  "list services by label": async (docker) =>
    (await docker.listServices({ filters: { label: ["by=dockerode"] } })).map((service) => service.Spec?.Name),
  "list the tasks of a service": async (docker) =>
    (await docker.listTasks({ filters: { service: ["oded"], "desired-state": ["running"] } })).map(
      (task) => task.DesiredState,
    ),
  "inspect a service": async (docker) => (await docker.getService("oded").inspect()).Spec,
  "update a service": async (docker) => {
    const { Version } = await docker.getService("oded").inspect()
    return docker
      .getService("oded")
      .update({ ...options, version: Version.Index, Labels: { by: "dockerode", at: "2" } })
  },
  "read the logs of a service": async (docker) => {
    const read = await docker.getService("oded").logs({ stdout: true, stderr: true, tail: 10 })
    return demultiplexed(Buffer.isBuffer(read) ? read : Buffer.from(String(read), "latin1"))
  },
  "inspect a missing service": (docker) => docker.getService("nosuch").inspect(),
  "list services by a wrong filter": (docker) => docker.listServices({ filters: JSON.stringify({ bogus: ["1"] }) }),
  "list nodes": async (docker) => (await docker.listNodes({ filters: JSON.stringify({ role: ["worker"] }) })).length,
  "create and remove a secret": async (docker) => {
    const secret = await docker.createSecret({ Name: "odesecret", Data: "YQ==" })
    const shown = await secret.inspect()
    await secret.remove()
    return shown
  },
  "create and remove a config": async (docker) => {
    const config = await docker.createConfig({ Name: "odeconfig", Data: "YQ==" })
    const shown = await config.inspect()
    await config.remove()
    return shown
  },
  "create and remove a network": async (docker) => {
    const network = await docker.createNetwork({ Name: "odenet", Driver: "overlay", CheckDuplicate: true })
    const { Name, Driver, Scope } = await network.inspect()
    await network.remove()
    return { Name, Driver, Scope }
  },
  ping: async (docker) => String(await docker.ping()),
  "remove a service": async (docker) => {
    await docker.getService("oded").remove()
    return null
  },
}

/** The lines of both streams, sorted: which task speaks first is chance. */
function demultiplexed(data: Buffer): ReadonlyArray<string> {
  const lines: Array<string> = []
  for (let at = 0; at + 8 <= data.length; ) {
    const length = data.readUInt32BE(at + 4)
    lines.push(`${data[at]} ${data.toString("utf8", at + 8, at + 8 + length)}`)
    at += 8 + length
  }
  return lines.toSorted()
}

/** The value as JSON with code 200, or what was refused with its status. */
export async function callDockerode(host: string, name: string): Promise<Raw> {
  const call = calls[name]
  if (call === undefined) throw new Error(`nothing is known of ${name}`)
  const where = new URL(host)
  const docker =
    where.protocol === "unix:"
      ? new Docker({ socketPath: where.pathname })
      : new Docker({ protocol: "http", host: where.hostname, port: Number(where.port) })
  try {
    return { code: 200, stdout: JSON.stringify((await call(docker)) ?? null), stderr: "" }
  } catch (error) {
    const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : -1
    return { code: status, stdout: "null", stderr: error instanceof Error ? error.message : String(error) }
  }
}
