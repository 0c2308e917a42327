import type { ContainerPort } from "../client/types.ts"

interface Group {
  readonly key: string
  first: number
  last: number
}

/** Ports as `docker ps` shows them: neighbours drawn together, those that are published under another number at the end. */
export function shownPorts(ports: ReadonlyArray<ContainerPort>): string {
  const done: string[] = []
  const mapped: string[] = []
  const groups = new Map<string, Group>()
  for (const { IP = "", PrivatePort: port, PublicPort = 0, Type } of ports.toSorted(compare)) {
    if (IP !== "" && PublicPort !== port) {
      mapped.push(`${hostPort(IP, String(PublicPort))}->${port}/${Type}`)
      continue
    }
    const key = IP === "" ? Type : `${IP}/${Type}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { key, first: port, last: port })
    else if (port === group.last + 1) group.last = port
    else {
      done.push(shownGroup(group))
      group.first = port
      group.last = port
    }
  }
  return [...done, ...[...groups.values()].map(shownGroup), ...mapped].join(", ")
}

function shownGroup({ key, first, last }: Group): string {
  const [ip, type] = key.includes("/") ? key.split("/") : [undefined, key]
  const range = first === last ? String(first) : `${first}-${last}`
  return ip === undefined ? `${range}/${type}` : `${hostPort(ip, range)}->${range}/${type}`
}

const hostPort = (ip: string, port: string): string => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`)

const compare = (a: ContainerPort, b: ContainerPort): number =>
  a.PrivatePort - b.PrivatePort ||
  text(a.IP ?? "", b.IP ?? "") ||
  (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
  text(a.Type, b.Type)

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
