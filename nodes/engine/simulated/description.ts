import type { NodeDescription } from "../../../core/model/node.ts"

/** The engine whose behaviour and API level (1.41) the simulated one has. */
export const simulatedEngineVersion = "20.10.24"

const plugins: ReadonlyArray<readonly [type: string, names: ReadonlyArray<string>]> = [
  ["Log", ["awslogs", "fluentd", "gcplogs", "gelf", "journald", "json-file", "local", "splunk", "syslog"]],
  ["Network", ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"]],
  ["Volume", ["local"]],
]

export interface MachineSize {
  readonly NanoCPUs?: number
  readonly MemoryBytes?: number
  /** Engine labels, for constraints such as engine.labels.disk==ssd. */
  readonly labels?: Readonly<Record<string, string>>
}

/** What a simulated machine tells of itself: 4 CPUs and 8 GiB unless said otherwise. */
export const describeMachine = (hostname: string, size: MachineSize = {}): NodeDescription => ({
  Hostname: hostname,
  Platform: { Architecture: "x86_64", OS: "linux" },
  Resources: { NanoCPUs: size.NanoCPUs ?? 4e9, MemoryBytes: size.MemoryBytes ?? 8 * 1024 ** 3 },
  Engine: {
    EngineVersion: simulatedEngineVersion,
    ...(size.labels === undefined ? {} : { Labels: size.labels }),
    Plugins: plugins.flatMap(([Type, names]) => names.map((Name) => ({ Type, Name }))),
  },
})
