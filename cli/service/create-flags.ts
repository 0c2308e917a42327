import { labels, list, many, text } from "../args/flag.ts"
import { serviceFlags } from "./flags.ts"
import { parseMount } from "./options/mount.ts"
import { parseNetwork } from "./options/network.ts"
import { parsePort } from "./options/port.ts"
import { parseReference } from "./options/reference.ts"
import { parseEnv, parseExtraHost, parseGenericResource, parsePreference, parseUlimit } from "./options/small.ts"

/** The options of `service create`. */
export const createFlags = {
  ...serviceFlags,
  config: many("config", "Specify configurations to expose to the service", parseReference),
  constraint: list("Placement constraints"),
  "container-label": labels("Container labels"),
  dns: list("Set custom DNS servers"),
  "dns-option": list("Set DNS options"),
  "dns-search": list("Set custom DNS search domains"),
  env: many("list", "Set environment variables", parseEnv, { short: "e" }),
  "env-file": list("Read in a file of environment variables"),
  "generic-resource": many("list", "User defined resources", parseGenericResource),
  group: list("Set one or more supplementary user groups for the container"),
  host: many("list", "Set one or more custom host-to-IP mappings (host:ip)", parseExtraHost),
  label: labels("Service labels", { short: "l" }),
  mode: text('Service mode ("replicated", "global", "replicated-job", "global-job")', { initial: "replicated" }),
  mount: many("mount", "Attach a filesystem mount to the service", parseMount),
  name: text("Service name"),
  network: many("network", "Network attachments", parseNetwork),
  "placement-pref": many("pref", "Add a placement preference", parsePreference),
  publish: many("port", "Publish a port as a node port", parsePort, { short: "p" }),
  secret: many("secret", "Specify secrets to expose to the service", parseReference),
  sysctl: list("Sysctl options"),
  ulimit: many("ulimit", "Ulimit options", parseUlimit),
}
