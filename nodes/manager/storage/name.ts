import type { TableName, Tables } from "../../../core/store/tables.ts"

/** Under what name people know an object; undefined where there is none. A task's is its service's with its slot: see ClusterRows. */
export function nameOf<T extends TableName>(table: T, object: Tables[T]): string | undefined {
  return names[table](object)
}

const names: { readonly [T in TableName]: (object: Tables[T]) => string | undefined } = {
  clusters: (cluster) => cluster.Spec.Name,
  nodes: (node) => node.Spec.Name ?? node.Description.Hostname,
  services: (service) => service.Spec.Name,
  specs: (spec) => spec.ServiceName,
  tasks: () => undefined,
  networks: (network) => network.Spec.Name,
  secrets: (secret) => secret.Spec.Name,
  configs: (config) => config.Spec.Name,
  answers: () => undefined,
}
