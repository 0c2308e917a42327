import { readFileSync } from "node:fs"
import type { ClusterSpec } from "../../core/model/index.ts"
import { bad, good, type Parsed } from "../../core/parsed.ts"
import { type FlagValues, many, one } from "../args/flag.ts"
import { parseDuration, parseInt64, parseUint } from "../args/numbers.ts"
import { messageOf } from "../errors.ts"
import { csvFields, cut } from "../service/options/key-value.ts"

/** A certificate authority elsewhere. */
export interface ExternalCa {
  readonly Protocol: "cfssl"
  readonly URL: string
  readonly Options: Readonly<Record<string, string>>
  readonly CACert: string
}

export const caFlags = {
  "cert-expiry": one(
    "duration",
    "Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)",
    parseDuration,
  ),
  "external-ca": many("external-ca", "Specifications of one or more certificate signing endpoints", parseExternalCa),
}

/** The options that `swarm init` and `swarm update` share. */
export const swarmFlags = {
  ...caFlags,
  "dispatcher-heartbeat": one("duration", "Dispatcher heartbeat period (ns|us|ms|s|m|h) (default 5s)", parseDuration),
  "max-snapshots": one("uint", "Number of additional Raft snapshots to retain", parseUint),
  "snapshot-interval": one("uint", "Number of log entries between Raft snapshots (default 10000)", parseUint),
  "task-history-limit": one("int", "Task history retention limit (default 5)", parseInt64),
}

/** A spec as requests carry it: with external authorities and certificates, which the cluster refuses or keeps to itself. */
export interface SentSpec extends Omit<ClusterSpec, "CAConfig"> {
  readonly CAConfig: ClusterSpec["CAConfig"] & {
    readonly ExternalCAs?: ReadonlyArray<ExternalCa>
    readonly SigningCACert?: string
    readonly SigningCAKey?: string
  }
}

export const emptySpec: SentSpec = {
  Name: "",
  Labels: {},
  Orchestration: {},
  Raft: { ElectionTick: 0, HeartbeatTick: 0 },
  Dispatcher: {},
  CAConfig: {},
  TaskDefaults: {},
  EncryptionConfig: { AutoLockManagers: false },
}

/** The spec with what the options say; `trustRoot` is the certificate of an external authority that names none. */
export function withSwarmFlags(
  spec: SentSpec,
  flags: FlagValues<typeof swarmFlags>,
  trustRoot: string | undefined,
): SentSpec {
  const { "task-history-limit": history, "dispatcher-heartbeat": heartbeat } = flags
  const { "max-snapshots": kept, "snapshot-interval": interval } = flags
  const changed = {
    ...spec,
    ...(history !== undefined && {
      Orchestration: { ...spec.Orchestration, TaskHistoryRetentionLimit: history },
    }),
    ...(heartbeat !== undefined && { Dispatcher: { ...spec.Dispatcher, HeartbeatPeriod: heartbeat } }),
    Raft: {
      ...spec.Raft,
      ...(kept !== undefined && { KeepOldSnapshots: kept }),
      ...(interval !== undefined && { SnapshotInterval: interval }),
    },
  }
  return withCaFlags(changed, flags, trustRoot)
}

export function withCaFlags(
  spec: SentSpec,
  { "cert-expiry": expiry, "external-ca": external }: FlagValues<typeof caFlags>,
  trustRoot: string | undefined,
): SentSpec {
  return {
    ...spec,
    CAConfig: {
      ...spec.CAConfig,
      ...(expiry !== undefined && { NodeCertExpiry: expiry }),
      ...(external.length > 0 && {
        ExternalCAs: external.map((ca) => ({ ...ca, CACert: ca.CACert || (trustRoot ?? "") })),
      }),
    },
  }
}

function parseExternalCa(text: string): Parsed<ExternalCa> {
  let protocol = false
  let url: string | undefined
  let CACert = ""
  const Options: Record<string, string> = {}
  for (const field of csvFields(text)) {
    if (!field.includes("=")) return bad(`invalid field '${field}' must be a key=value pair`)
    const [key, value] = cut(field)
    const name = key.toLowerCase()
    if (name === "protocol") {
      if (value.toLowerCase() !== "cfssl") return bad(`unrecognized external CA protocol ${value}`)
      protocol = true
    } else if (name === "url") url = value
    else if (name === "cacert") {
      const read = readPem(value)
      if (!read.ok) return bad(`unable to read CA cert for external CA: ${read.error}`)
      CACert = read.value
    } else Options[key] = value
  }
  if (!protocol) return bad("the external-ca option needs a protocol= parameter")
  if (url === undefined) return bad("the external-ca option needs a url= parameter")
  return good({ Protocol: "cfssl", URL: url, Options, CACert })
}

/** The content of a file in PEM. */
export function readPem(path: string): Parsed<string> {
  try {
    const content = readFileSync(path, "utf8")
    return /-----BEGIN [^-]+-----[\s\S]+-----END [^-]+-----/.test(content)
      ? good(content)
      : bad("file contents must be in PEM format")
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT"
    return bad(`open ${path}: ${missing ? "no such file or directory" : messageOf(error)}`)
  }
}
