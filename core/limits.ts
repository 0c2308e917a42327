/** Every limit of the cluster, in one place, with its reason. */
export const limits = {
  /** A DNS label: service names become host names. */
  serviceNameLength: 63,
  /** New tasks of services in one cycle of the leader: about 6 MB of its entry, and a fifth of a second of its time. */
  tasksMadePerCycle: 10_000,
  /** Changes in one entry of the log: with tasks, about 12 MB. What a cycle writes beyond goes into further entries. */
  changesPerEntry: 20_000,
  /** Requests that wait for the leader's next cycle; beyond it clients are told to come back. */
  queuedRequests: 10_000,
  /** How long a request may wait for its entry to commit, or for a leader to forward it to. Swarm gives up after 20 s. */
  requestTimeout_ms: 20_000,
  /** How long the answer to a forwarded request is kept: longer than anybody repeats it. */
  answerKept_ms: 60_000,
  /** How long a manager without a leader keeps requests before it says so. */
  leaderlessPatience_ms: 10_000,
  /** A body of the HTTP API: a stack's largest config is 1000 KiB, in base 64. */
  requestBodyBytes: 16 * 1024 * 1024,
  /** Events that a manager remembers for those who watch. */
  rememberedEvents: 1_000,
  /** Status updates that an agent sends in one batch. */
  statusesPerBatch: 1_000,
  /** Inputs of a simulated session that are kept so that one can go back in it: some 150,000 requests. */
  rememberedInputBytes: 32 * 1024 * 1024,
  /** Lines that a simulated container's log keeps. */
  simulatedLogLines: 1_000,
  /** Bytes of log lines that an agent gathers for one reader who is slow; the engine is asked again for what comes after. */
  gatheredLogBytes: 256 * 1024,
  /** Bytes of log lines in one message. */
  logBatchBytes: 64 * 1024,
  /** Readers of logs that an agent, and a manager, serve at a time. */
  logReaders: 200,
  /** Secrets and configs, as Swarm limits them. */
  secretBytes: 500 * 1024,
  configBytes: 1000 * 1024,
} as const
