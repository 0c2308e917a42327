import { service } from "./service.ts"
import {
  boolean,
  closed,
  definitions,
  extensible,
  listOf,
  loosely,
  mappingOrList,
  named,
  open,
  options,
  type Schema,
  since,
  text,
  texts,
} from "./shapes.ts"

/** `external: true` or `external: {name: x}`; whether other keys may stand beside `name` differs by object. */
const external = (shape: Schema): Schema => ({ ...shape, type: ["boolean", "object"] })
const strictExternal = external(closed({ name: text }))
const looseExternal = external(open({ name: text }))

const orNull = (schema: Schema): Schema => ({ ...schema, type: ["object", "null"] })

const network = (minor: number): Schema =>
  extensible(
    minor,
    7,
    orNull(
      closed({
        ...since(minor, 5, { name: text }),
        driver: text,
        driver_opts: options,
        ipam: closed({ driver: text, config: listOf(closed({ subnet: text })) }),
        external: strictExternal,
        internal: boolean,
        ...since(minor, 2, { attachable: boolean }),
        labels: mappingOrList,
      }),
    ),
  )

const topology = listOf(open({ segments: mappingOrList }))

const clusterSpec: Schema = open({
  group: text,
  access_mode: open({
    scope: text,
    sharing: text,
    block_volume: { type: "object" },
    mount_volume: open({ fs_type: text, mount_flags: texts }),
  }),
  accessibility_requirements: open({ requisite: topology, preferred: topology }),
  capacity_range: open({ required_bytes: text, limit_bytes: text }),
  availability: text,
})

const volume = (minor: number): Schema =>
  extensible(
    minor,
    7,
    orNull(
      closed({
        ...since(minor, 4, { name: text }),
        driver: text,
        driver_opts: options,
        external: strictExternal,
        labels: mappingOrList,
        ...since(minor, 10, { "x-cluster-spec": clusterSpec }),
      }),
    ),
  )

const config = (minor: number): Schema =>
  extensible(
    minor,
    7,
    closed({
      ...since(minor, 5, { name: text }),
      file: text,
      external: looseExternal,
      labels: mappingOrList,
      ...since(minor, 8, { template_driver: text }),
    }),
  )

const secret = (minor: number): Schema =>
  extensible(
    minor,
    7,
    closed({
      ...since(minor, 5, { name: text }),
      file: text,
      external: looseExternal,
      labels: mappingOrList,
      ...since(minor, 8, { driver: text, driver_opts: options, template_driver: text }),
    }),
  )

/** The JSON Schema of a compose file in format 3.minor. */
export const fileSchema = (minor: number): Schema => ({ ...rootSchema(minor), definitions })

const rootSchema = (minor: number): Schema =>
  extensible(
    minor,
    4,
    closed({
      version: text,
      services: named(service(minor)),
      networks: loosely(network(minor)),
      volumes: named(volume(minor)),
      ...since(minor, 1, { secrets: named(secret(minor)) }),
      ...since(minor, 3, { configs: named(config(minor)) }),
    }),
  )
