export { checksum } from "./checksum.ts"
export { Configuration, decodeConfiguration, encodeConfiguration } from "./configuration.ts"
export { InvariantViolation } from "./invariant.ts"
export type {
  Changed,
  ChangeError,
  Forward,
  Forwarded,
  Proposed,
  ProposeError,
  RaftInput,
  RaftOutput,
  Read,
  ReadContext,
  SaveOutput,
  Ticket,
  Transferred,
} from "./io.ts"
export type { ConfigurationChange } from "./membership.ts"
export type {
  Append,
  AppendReply,
  Heartbeat,
  HeartbeatReply,
  Message,
  PreVote,
  PreVoteReply,
  Propose,
  ProposeReply,
  ReadIndex,
  ReadIndexReply,
  Removed,
  SnapshotChunk,
  SnapshotReply,
  TimeoutNow,
  Vote,
  VoteReply,
} from "./message.ts"
export type { Metrics } from "./metrics.ts"
export { Proposals, type Settled } from "./proposals.ts"
export { Raft } from "./raft.ts"
export { type Recovery, recoverAlone } from "./recovery.ts"
export {
  type Behaviour,
  defaultBehaviour,
  defaultLimits,
  defaultTiming,
  type Limits,
  type Timing,
} from "./settings.ts"
export type { RaftOptions } from "./start.ts"
export type { FollowerStatus, RaftStatus } from "./status.ts"
export { checkFollows, type Extent } from "./storage/check-follows.ts"
export type { LogStorage, Stored } from "./storage/log-storage.ts"
export { MemoryLogStorage } from "./storage/memory.ts"
export type {
  ConfigurationData,
  Entry,
  EntryKind,
  HardState,
  Index,
  MemberId,
  Role,
  Save,
  Snapshot,
  SnapshotMetadata,
  Term,
} from "./types.ts"
export { initialHardState, none } from "./types.ts"
