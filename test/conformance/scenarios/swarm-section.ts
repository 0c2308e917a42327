import type { View } from "../scenario.ts"

/**
 * What `docker info` says of the swarm. The address pool, when none was asked for, shows only after the first change of
 * leader (the new one writes the default down), so whether it is there depends on the past of the swarm.
 */
export const swarmSection: View = {
  section: "Swarm",
  replace: [[/^ +Default Address Pool: <ip>\/8 *\n +SubnetSize: 24 *\n/m, ""]],
}
