/** What links count together, from the start of the process. See LinksMetrics. */
export const newCounters = () => ({
  framesSent: 0,
  framesReceived: 0,
  bytesSent: 0,
  bytesReceived: 0,
  envelopesSent: 0,
  envelopesReceived: 0,
  dropped: { noLink: 0, queueFull: 0, linkLost: 0, tooLarge: 0 },
  violations: { malformed: 0, forbidden: 0 },
  dials: 0,
  dialFailures: 0,
  reconnects: 0,
})

export type Counters = ReturnType<typeof newCounters>
