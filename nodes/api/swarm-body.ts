import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Answer, refuse } from "../../core/errors.ts"
import { ClusterSpec } from "../../core/model/cluster.ts"
import { Availability } from "../../core/model/node.ts"
import type { InitRequest, JoinRequest } from "../node/requests.ts"
import { decodeWith } from "./decode.ts"
import { type Json, objectAt, withWord } from "./words.ts"

/** The bodies of /swarm/*, with what Go would read as a zero value because it is missing put in. Source: moby api/types/swarm/swarm.go. */

const decodeSpec = decodeWith(ClusterSpec)

const sections = ["Orchestration", "Raft", "Dispatcher", "CAConfig", "TaskDefaults", "EncryptionConfig"]

export const decodeClusterSpec = (body: unknown): Answer<ClusterSpec> => {
  const given = objectAt(body)
  const { ExternalCAs, SigningCACert, SigningCAKey } = objectAt(given, "CAConfig")
  if (Array.isArray(ExternalCAs) && ExternalCAs.length > 0)
    return refuse(501, "external certificate authorities are not supported")
  if ((SigningCACert ?? "") !== "" || (SigningCAKey ?? "") !== "")
    return refuse(501, "a root certificate of one's own is not supported: the swarm makes its own")
  const parts = Object.fromEntries(sections.map((section) => [section, objectAt(given, section)]))
  const Name = given.Name === undefined || given.Name === "" ? "default" : given.Name
  return Result.flatMap(decodeSpec({ ...given, ...parts, Name }), (spec) =>
    spec.Name === "default" ? Result.succeed(spec) : refuse(400, 'swarm spec must be named "default"'),
  )
}

const Init = Schema.Struct({
  ListenAddr: Schema.String,
  AdvertiseAddr: Schema.String,
  DataPathPort: Schema.Number,
  ForceNewCluster: Schema.Boolean,
  AutoLockManagers: Schema.Boolean,
  Availability,
  DefaultAddrPool: Schema.Array(Schema.String),
  SubnetSize: Schema.Number,
})

const decodeInit = decodeWith(Init)

export const initRequestOf = (body: unknown): Answer<InitRequest> => {
  const given = objectAt(body)
  const zero = {
    ListenAddr: "",
    AdvertiseAddr: "",
    DataPathPort: 0,
    ForceNewCluster: false,
    AutoLockManagers: false,
    DefaultAddrPool: [],
    SubnetSize: 0,
  }
  return Result.flatMap(withAvailability({ ...zero, ...given }), (whole) =>
    Result.flatMap(decodeInit(whole), (init) =>
      Result.map(decodeClusterSpec(given.Spec), (spec) => ({
        listenAddr: init.ListenAddr,
        advertiseAddr: init.AdvertiseAddr,
        dataPathPort: init.DataPathPort,
        forceNewCluster: init.ForceNewCluster,
        spec: init.AutoLockManagers ? { ...spec, EncryptionConfig: { AutoLockManagers: true } } : spec,
        availability: init.Availability,
        defaultAddrPool: init.DefaultAddrPool,
        subnetSize: init.SubnetSize,
      })),
    ),
  )
}

const Join = Schema.Struct({
  ListenAddr: Schema.String,
  AdvertiseAddr: Schema.String,
  RemoteAddrs: Schema.Array(Schema.String),
  JoinToken: Schema.String,
  Availability,
})

const decodeJoin = decodeWith(Join)

export const joinRequestOf = (body: unknown): Answer<JoinRequest> => {
  const zero = { ListenAddr: "", AdvertiseAddr: "", RemoteAddrs: [], JoinToken: "" }
  return Result.flatMap(withAvailability({ ...zero, ...objectAt(body) }), (whole) =>
    Result.map(decodeJoin(whole), (join) => ({
      listenAddr: join.ListenAddr,
      advertiseAddr: join.AdvertiseAddr,
      remoteAddrs: join.RemoteAddrs,
      token: join.JoinToken,
      availability: join.Availability,
    })),
  )
}

const decodeUnlock = decodeWith(Schema.Struct({ UnlockKey: Schema.String }))

export const unlockKeyOf = (body: unknown): Answer<string> =>
  Result.map(decodeUnlock({ UnlockKey: "", ...objectAt(body) }), ({ UnlockKey }) => UnlockKey)

const withAvailability = (body: Json): Answer<Json> =>
  Result.map(
    withWord(body, {
      key: "Availability",
      words: ["active", "pause", "drain"],
      anyCase: true,
      refusal: (word) => `invalid Availability: "${word}"`,
    }),
    (known) => ({ Availability: "active", ...known }),
  )
