import type { Role } from "../../../core/model/node.ts"

/** A role as a certificate names it, in its organizational unit and among its DNS names (swarmkit ca/config.go). */
export const unitOf = { manager: "swarm-manager", worker: "swarm-worker" } as const satisfies Record<Role, string>

export function roleOf(unit: unknown): Role | undefined {
  if (unit === unitOf.manager) return "manager"
  return unit === unitOf.worker ? "worker" : undefined
}

/** The further DNS name of a manager: whom one asks for certificates. */
export const authorityName = "swarm-ca"
