/** What a member has done since its process began. */
export interface Metrics {
  preElections: number
  elections: number
  electionsWon: number
  /** Stepped down for want of contact to a quorum. */
  quorumsLost: number
  transfers: number
  proposals: number
  proposalsRefused: number
  configurationChanges: number
  appendsSent: number
  entriesSent: number
  /** Rejections received. */
  appendsRejected: number
  heartbeatsSent: number
  reads: number
  readsLost: number
  /** On a leader, answered without asking a quorum. */
  leaseReads: number
  saves: number
  savesFailed: number
  snapshotsTaken: number
  /** Begun to be sent. */
  snapshotsSent: number
  chunksSent: number
  /** Pieces received that were damaged. */
  chunksDamaged: number
  snapshotsInstalled: number
}

export const noMetrics = (): Metrics => ({
  preElections: 0,
  elections: 0,
  electionsWon: 0,
  quorumsLost: 0,
  transfers: 0,
  proposals: 0,
  proposalsRefused: 0,
  configurationChanges: 0,
  appendsSent: 0,
  entriesSent: 0,
  appendsRejected: 0,
  heartbeatsSent: 0,
  reads: 0,
  readsLost: 0,
  leaseReads: 0,
  saves: 0,
  savesFailed: 0,
  snapshotsTaken: 0,
  snapshotsSent: 0,
  chunksSent: 0,
  chunksDamaged: 0,
  snapshotsInstalled: 0,
})
