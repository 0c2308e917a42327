import * as Schema from "effect/Schema"
import { Driver, Labels, meta } from "./common.ts"
import { JoinTokens, RootCa, RootRotation } from "./root-ca.ts"

/** The swarm's own settings. Durations are nanoseconds. */
export const ClusterSpec = Schema.Struct({
  Name: Schema.String,
  Labels: Schema.optionalKey(Labels),
  Orchestration: Schema.Struct({ TaskHistoryRetentionLimit: Schema.optionalKey(Schema.Number) }),
  Raft: Schema.Struct({
    SnapshotInterval: Schema.optionalKey(Schema.Number),
    KeepOldSnapshots: Schema.optionalKey(Schema.Number),
    LogEntriesForSlowFollowers: Schema.optionalKey(Schema.Number),
    ElectionTick: Schema.optionalKey(Schema.Number),
    HeartbeatTick: Schema.optionalKey(Schema.Number),
  }),
  Dispatcher: Schema.Struct({ HeartbeatPeriod: Schema.optionalKey(Schema.Number) }),
  CAConfig: Schema.Struct({
    NodeCertExpiry: Schema.optionalKey(Schema.Number),
    /** Each change of it asks for a new root certificate. */
    ForceRotate: Schema.optionalKey(Schema.Number),
  }),
  TaskDefaults: Schema.Struct({ LogDriver: Schema.optionalKey(Driver) }),
  EncryptionConfig: Schema.Struct({ AutoLockManagers: Schema.optionalKey(Schema.Boolean) }),
})
export interface ClusterSpec extends Schema.Schema.Type<typeof ClusterSpec> {}

/** The one object of the table "clusters". */
export const Cluster = Schema.Struct({
  ...meta,
  Spec: ClusterSpec,
  DefaultAddrPool: Schema.Array(Schema.String),
  SubnetSize: Schema.Number,
  DataPathPort: Schema.Number,
  RootRotationInProgress: Schema.Boolean,
  /** IDs of nodes that were removed: they may not come back under the ID they had (not shown by the Engine API). */
  RemovedNodes: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The certificate authority; absent only in stores of tests that need none. Its key is never shown. */
  RootCA: Schema.optionalKey(RootCa),
  RootRotation: Schema.optionalKey(RootRotation),
  JoinTokens: Schema.optionalKey(JoinTokens),
  /** "SWMKEY-1-...", while managers are locked. */
  UnlockKey: Schema.optionalKey(Schema.String),
  /** The highest ID that was ever given to a member of the consensus group: the next one gets a higher one. */
  LastRaftID: Schema.optionalKey(Schema.Number),
})
export interface Cluster extends Schema.Schema.Type<typeof Cluster> {}

/** What Swarm starts with. */
export const defaultClusterSpec: ClusterSpec = {
  Name: "default",
  Labels: {},
  Orchestration: { TaskHistoryRetentionLimit: 5 },
  Raft: {
    SnapshotInterval: 10_000,
    KeepOldSnapshots: 0,
    LogEntriesForSlowFollowers: 500,
    ElectionTick: 10,
    HeartbeatTick: 1,
  },
  Dispatcher: { HeartbeatPeriod: 5_000_000_000 },
  CAConfig: { NodeCertExpiry: 7_776_000_000_000_000 },
  TaskDefaults: {},
  EncryptionConfig: { AutoLockManagers: false },
}
