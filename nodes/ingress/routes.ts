import type { Reader } from "../../core/store/reader.ts"

/** A published port and the tasks that may answer on it, the same on every node. */
export interface IngressRoute {
  readonly protocol: "tcp" | "udp"
  readonly publishedPort: number
  readonly targets: ReadonlyArray<IngressTarget>
}

/** A port of a task's container. Where on its node the container is reached, only that node knows. */
export interface IngressTarget {
  readonly nodeId: string
  readonly taskId: string
  readonly port: number
}

/**
 * What the cluster publishes in ingress mode now: the ports of its services, each with the tasks that run and are to run. A task with a health
 * check runs once it is healthy. Sorted, so that two looks can be compared.
 */
export function ingressRoutes(reader: Reader): ReadonlyArray<IngressRoute> {
  const routes: Array<IngressRoute> = []
  for (const service of reader.all("services")) {
    for (const { PublishMode = "ingress", Protocol = "tcp", PublishedPort, TargetPort } of service.Endpoint.Ports ??
      []) {
      if (PublishMode !== "ingress" || Protocol === "sctp" || !PublishedPort || !TargetPort) continue
      const targets = reader.find("tasks", "service", service.ID).flatMap((task): ReadonlyArray<IngressTarget> => {
        const runs = task.Status.State === "running" && task.DesiredState === "running"
        return runs && task.NodeID !== undefined ? [{ nodeId: task.NodeID, taskId: task.ID, port: TargetPort }] : []
      })
      const sorted = targets.sort((a, b) => (a.taskId < b.taskId ? -1 : 1))
      routes.push({ protocol: Protocol, publishedPort: PublishedPort, targets: sorted })
    }
  }
  return routes.sort((a, b) => a.publishedPort - b.publishedPort || (a.protocol < b.protocol ? -1 : 1))
}
