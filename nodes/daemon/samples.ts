import type { PortStanding } from "../ingress/ingress.ts"
import type { LiveNode } from "./live/live-node.ts"
import { counter, gauge, type Sample } from "./metrics.ts"

const roles = ["leader", "candidate", "pre-candidate", "follower"] as const

/** The figures of a node: of its swarm, its member of the consensus group, its agent, its links. */
export function nodeSamples({ node, links, member }: LiveNode): ReadonlyArray<Sample> {
  const { swarm, manager } = node.local()
  return [
    gauge("drydock_swarm_active", "1 while this node is an active part of a swarm", swarm === "active" ? 1 : 0),
    gauge("drydock_swarm_manager", "1 while this node is one of the swarm's managers", manager ? 1 : 0),
    ...raftSamples(node),
    ...storeSamples(node),
    counter("drydock_storage_saves_total", "Saves asked of the disk", member.counts.saves),
    counter("drydock_storage_flushes_total", "Flushes of the disk: several saves share one", member.counts.flushes),
    counter("drydock_storage_failed_total", "Flushes that the disk refused", member.counts.failed),
    counter("drydock_storage_flush_seconds_total", "Time spent flushing", member.counts.flushing_ms / 1_000),
    gauge("drydock_agent_tasks", "Tasks that this node's agent looks after", node.agent?.statuses().size ?? 0),
    gauge("drydock_agent_session", "1 while the agent has a session", node.agent?.manager === undefined ? 0 : 1),
    ...linkSamples(links.metrics()),
  ]
}

function raftSamples({ manager }: LiveNode["node"]): ReadonlyArray<Sample> {
  if (!manager) return []
  const status = manager.status()
  const metrics = manager.metrics()
  return [
    ...roles.map((role) =>
      gauge("drydock_raft_role", "1 for the role that the member has", status.role === role ? 1 : 0, { role }),
    ),
    gauge("drydock_raft_term", "Term of the member", status.term),
    gauge("drydock_raft_commit_index", "Index up to which entries are committed", status.commit),
    gauge("drydock_raft_applied_index", "Index up to which entries are applied", manager.store.index),
    gauge("drydock_raft_last_index", "Index of the last entry in the log", status.lastIndex),
    gauge("drydock_raft_voters", "Members that vote", status.voters.length),
    ...status.progress.map(({ id, match }) =>
      gauge(
        "drydock_raft_follower_lag_entries",
        "Entries that a follower has not confirmed",
        status.lastIndex - match,
        {
          member: String(id),
        },
      ),
    ),
    counter("drydock_raft_elections_total", "Elections that this member began", metrics.elections),
    counter("drydock_raft_elections_won_total", "Elections that it won", metrics.electionsWon),
    counter("drydock_raft_quorums_lost_total", "Times it stepped down without a quorum", metrics.quorumsLost),
    counter("drydock_raft_proposals_total", "Entries proposed", metrics.proposals),
    counter("drydock_raft_appends_sent_total", "Appends sent to followers", metrics.appendsSent),
    counter("drydock_raft_snapshots_sent_total", "Snapshots begun to be sent", metrics.snapshotsSent),
    gauge("drydock_queue_requests", "Requests that wait for the leader's next cycle", manager.queued),
  ]
}

function storeSamples({ manager }: LiveNode["node"]): ReadonlyArray<Sample> {
  if (!manager) return []
  const tables = ["nodes", "services", "tasks", "networks", "secrets", "configs"] as const
  return tables.map((table) =>
    gauge("drydock_objects", "Objects in the cluster's store", manager.store.count(table), { table }),
  )
}

function linkSamples({ links, port }: ReturnType<LiveNode["links"]["metrics"]>): ReadonlyArray<Sample> {
  const samples: Array<Sample> = []
  if (links) {
    samples.push(
      gauge("drydock_links", "Live links to other nodes", links.links.length),
      counter("drydock_wire_frames_sent_total", "Frames sent", links.framesSent),
      counter("drydock_wire_frames_received_total", "Frames received", links.framesReceived),
      counter("drydock_wire_bytes_sent_total", "Bytes sent", links.bytesSent),
      counter("drydock_wire_bytes_received_total", "Bytes received", links.bytesReceived),
      counter("drydock_wire_reconnects_total", "Links that came up again", links.reconnects),
      counter("drydock_wire_dial_failures_total", "Dials that failed", links.dialFailures),
    )
    for (const [reason, value] of Object.entries(links.dropped)) {
      samples.push(counter("drydock_wire_dropped_total", "Envelopes that were not sent", value, { reason }))
    }
    for (const [kind, value] of Object.entries(links.violations)) {
      samples.push(counter("drydock_wire_violations_total", "What peers did that they may not", value, { kind }))
    }
  }
  if (port) {
    samples.push(gauge("drydock_port_connections", "Open connections at the managers' port", port.open))
    for (const [reason, value] of Object.entries(port.refused)) {
      samples.push(counter("drydock_port_refused_total", "Connections refused at the port", value, { reason }))
    }
  }
  return samples
}

export function ingressSamples(ports: ReadonlyArray<PortStanding>): ReadonlyArray<Sample> {
  return ports.flatMap(({ protocol, publishedPort, listening, connections }) => {
    const labels = { port: String(publishedPort), protocol }
    return [
      gauge("drydock_ingress_listening", "1 while the published port is open on this node", listening ? 1 : 0, labels),
      gauge("drydock_ingress_connections", "Connections of clients to the published port", connections, labels),
    ]
  })
}
