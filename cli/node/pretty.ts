import type { Node } from "../client/types.ts"
import { capitalize, goTime, humanBytes } from "../format/human.ts"
import { labelLines } from "../format/labels.ts"

/** A node in the words of `node inspect --pretty`. */
export function prettyNode(node: Node): string {
  const { Spec: spec, Description: description, Status: status } = node
  const { Resources: resources, Engine: engine, Platform: platform } = description
  const lines = [
    `ID:\t\t\t${node.ID}`,
    ...optional("Name:\t\t\t", spec.Name),
    ...labelLines(spec.Labels),
    `Hostname:              \t${description.Hostname}`,
    `Joined at:             \t${capitalize(goTime(node.CreatedAt))}`,
    "Status:",
    ` State:\t\t\t${capitalize(status.State)}`,
    ...optional(" Message:              \t", capitalize(status.Message ?? "")),
    ` Availability:         \t${capitalize(spec.Availability)}`,
    ...optional(" Address:\t\t", status.Addr),
    ...managerLines(node),
    "Platform:",
    ` Operating System:\t${platform.OS ?? ""}`,
    ` Architecture:\t\t${platform.Architecture ?? ""}`,
    "Resources:",
    ` CPUs:\t\t\t${Math.trunc(resources.NanoCPUs / 1e9)}`,
    ` Memory:\t\t${resources.MemoryBytes === 0 ? "" : humanBytes(resources.MemoryBytes)}`,
    ...section("Plugins:", pluginLines(node)),
    `Engine Version:\t\t${engine.EngineVersion}`,
    ...labelLines(engine.Labels, "Engine Labels:"),
    ...tlsLines(node),
  ]
  return lines.join("\n")
}

type Lines = ReadonlyArray<string>

const section = (title: string, lines: Lines): Lines => (lines.length === 0 ? [] : [title, ...lines])
const optional = (label: string, value: string | undefined): Lines =>
  value === undefined || value === "" ? [] : [`${label}${value}`]

function managerLines({ ManagerStatus: manager }: Node): Lines {
  if (manager === undefined) return []
  return [
    "Manager Status:",
    ` Address:\t\t${manager.Addr}`,
    ` Raft Status:\t\t${capitalize(manager.Reachability)}`,
    ` Leader:\t\t${manager.Leader === true ? "Yes" : "No"}`,
  ]
}

function pluginLines({ Description: { Engine: engine } }: Node): Lines {
  const byType = new Map<string, string[]>()
  for (const { Type: type, Name: name } of engine.Plugins ?? []) byType.set(type, [...(byType.get(type) ?? []), name])
  return [...byType].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, names]) => ` ${type}:\t\t${names.join(", ")}`)
}

function tlsLines({ Description: { TLSInfo: tls } }: Node): Lines {
  if (tls === undefined) return []
  return [
    "TLS Info:",
    " TrustRoot:",
    tls.TrustRoot,
    ` Issuer Subject:\t${tls.CertIssuerSubject}`,
    ` Issuer Public Key:\t${tls.CertIssuerPublicKey}`,
  ]
}
