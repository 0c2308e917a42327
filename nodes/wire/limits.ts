/** Every limit of the wire, with its reason. Times in milliseconds. */
export const wireLimits = {
  // Connections, before a certificate says who it is.

  /** A TLS handshake takes a few round trips; who needs longer is stuck, or holds a place. */
  handshake_ms: 5_000,
  /** Headers of a request or an upgrade, then the request with its body: a kilobyte or two. */
  headers_ms: 5_000,
  request_ms: 10_000,
  /** A certificate request is about 600 bytes of PEM, and a token 85. */
  body_bytes: 16 * 1024,
  headers_bytes: 8 * 1024,
  /** Sockets of one port that are open at all: 1,000 nodes with two links each for a moment, and strangers. */
  connections_max: 4_096,
  /** Sockets without a certificate (yet). When they are full a new one takes the place of the oldest: an honest handshake is long done by then. */
  strangers_max: 256,
  strangersPerAddress_max: 32,
  /** New connections an address may open: many nodes may live behind one. Each costs an elliptic-curve signature, about 0.2 ms. */
  connectsPerAddress_burst: 200,
  connectsPerAddress_perSecond: 50,
  /** Sockets at once with one and the same node's certificate: its link, the one that replaces it, a renewal. */
  connectionsPerNode_max: 8,
  /** Requests for a certificate an address may make. A token's secret has 128 bits: this is for the leader's sake, not the secret's. */
  joinsPerAddress_burst: 30,
  joinsPerAddress_perSecond: 1,
  /** Links that a node may open: it needs one, and waits longer after each that failed. */
  linksPerNode_burst: 30,
  linksPerNode_perSecond: 2,
  /** Addresses and nodes whose rates are remembered. */
  rates_max: 10_000,
  /** Certificate requests that wait for the leader's decision at once, and how long each may. */
  admissions_max: 100,
  admission_ms: 20_000,

  // Frames.

  /** What one WebSocket message may have: what is larger travels in parts, between which urgent frames find their way. */
  frame_bytes: 64 * 1024,
  /** An envelope put together from parts (and inflated), by the sender's role. Entries of the log go up to 64 MiB. */
  managerEnvelope_bytes: 72 * 1024 * 1024,
  /** A worker sends statuses: 1,000 in one message, about 1 KiB each. */
  workerEnvelope_bytes: 8 * 1024 * 1024,
  /** Setting the compressor up takes 0.1 ms, in which a fast network has long carried what is smaller. */
  deflate_bytes_min: 8 * 1024,
  /** Bits in a byte beyond which it is not even tried: see codec/compression.ts. */
  deflate_entropy_max: 5.4,
  /** Deflated only if at least a fifth is saved: inflating costs as much as copying several times. */
  deflate_ratio_max: 0.8,

  // Links.

  /** How often the other end is asked for a sign of life, and how long it may give none. */
  ping_ms: 2_000,
  silence_ms: 6_000,
  /** A link that takes longer from dialling to the upgrade is given up. */
  dial_ms: 5_000,
  /** Redialling: first wait, doubled until the last, each between half and the whole of it. */
  backoff_ms_min: 100,
  backoff_ms_max: 5_000,
  /** A link that lasted this long was a good one: the next wait is the first again. */
  stable_ms: 10_000,
  /** A known address is redialled for this long after the last message for it. */
  wanted_ms: 60_000,
  /** Waiting for a peer, by lane: consensus repeats what is lost and prefers new to old; the rest may be large. */
  raftQueue_messages: 4_096,
  raftQueue_bytes: 80 * 1024 * 1024,
  bulkQueue_messages: 4_096,
  bulkQueue_bytes: 80 * 1024 * 1024,
  /** Messages that wait for a link that is being dialled. */
  dialQueue_messages: 64,
  /** Handed to the socket and not yet taken by the kernel: more only makes urgent frames wait. */
  buffered_bytes: 256 * 1024,
  /** Envelopes from one worker, over all its links: beyond, its link is read more slowly. An agent sends a few a second; 1,000 tasks starting, a few hundred. */
  workerEnvelopes_burst: 2_000,
  workerEnvelopes_perSecond: 500,
  /** A large envelope, inflated, counts as one more for each of so many bytes: 8 MiB a second cost a manager a twentieth of its time. */
  workerEnvelope_unit_bytes: 16 * 1024,

  // Streams.

  /** What the other end may send before it is read. */
  streamWindow_bytes: 256 * 1024,
  /** A piece of a stream: small enough that streams take turns. */
  streamChunk_bytes: 16 * 1024,
  streamHeader_bytes: 4 * 1024,
  /** Streams a peer may have open on one link: 256 x the window is the most memory it can hold. */
  streams_max: 256,
  /** Small frames about streams that wait to be sent: beyond, the link is cut, since its peer reads nothing. */
  streamControl_frames: 4_096,
} as const
