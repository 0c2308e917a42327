import type { Mount, Port, Reference, Service, ServiceNetwork } from "../types.ts"
import { boolean, bytes, givenBoolean, integer, lines, mode, text, texts, unlessFalse } from "../values.ts"
import { object } from "./objects.ts"

/** Of a secret or config that a service has. */
export const reference = object<Reference>({ source: text, target: text, uid: text, gid: text, mode })

/** How a service is on a network. */
export const serviceNetwork = object<ServiceNetwork>({
  aliases: lines,
  driver_opts: texts,
  gw_priority: integer,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: lines,
  mac_address: text,
  priority: integer,
})

/** Of `ports`. */
export const port = object<Port>({
  name: text,
  mode: text,
  host_ip: text,
  target: integer,
  published: text,
  protocol: text,
  app_protocol: text,
})

/** Of `volumes`. */
export const mount = object<Mount>({
  type: text,
  source: text,
  target: text,
  read_only: boolean,
  consistency: text,
  bind: object<NonNullable<Mount["bind"]>>({
    selinux: text,
    propagation: text,
    create_host_path: unlessFalse,
    recursive: text,
  }),
  volume: object<NonNullable<Mount["volume"]>>({ labels: texts, nocopy: boolean, subpath: text }),
  tmpfs: object<NonNullable<Mount["tmpfs"]>>({ size: bytes, mode: integer }),
  image: object<NonNullable<Mount["image"]>>({ subpath: text }),
})

/** Of `depends_on`. */
export const dependency = object<
  NonNullable<NonNullable<Service["depends_on"]> extends ReadonlyMap<string, infer D> ? D : never>
>({
  condition: text,
  restart: boolean,
  required: (cursor) => givenBoolean(cursor) ?? true,
})

/** How a service finds a model. */
export const model = object<
  NonNullable<NonNullable<Service["models"]> extends ReadonlyMap<string, infer M> ? M : never>
>({
  endpoint_var: text,
  model_var: text,
})
