import { bool, labels, list, many, one, text } from "../args/flag.ts"
import { serviceFlags } from "./flags.ts"
import { parseMount } from "./options/mount.ts"
import { parseNetwork } from "./options/network.ts"
import { parsePort } from "./options/port.ts"
import { parseReference } from "./options/reference.ts"
import { parseEnv, parseExtraHost, parseGenericResource, parsePreference, parseUlimit } from "./options/small.ts"
import { shellWords } from "./options/words.ts"

/** The options of `service update`. */
export const updateFlags = {
  ...serviceFlags,
  args: one("command", "Service command args", shellWords),
  "config-add": many("config", "Add or update a config file on a service", parseReference),
  "config-rm": list("Remove a configuration file"),
  "constraint-add": list("Add or update a placement constraint"),
  "constraint-rm": list("Remove a constraint"),
  "container-label-add": labels("Add or update a container label"),
  "container-label-rm": list("Remove a container label by its key"),
  "dns-add": list("Add or update a custom DNS server"),
  "dns-option-add": list("Add or update a DNS option"),
  "dns-option-rm": list("Remove a DNS option"),
  "dns-rm": list("Remove a custom DNS server"),
  "dns-search-add": list("Add or update a custom DNS search domain"),
  "dns-search-rm": list("Remove a DNS search domain"),
  "env-add": many("list", "Add or update an environment variable", parseEnv),
  "env-rm": list("Remove an environment variable"),
  force: bool("Force update even if no changes require it"),
  "generic-resource-add": many("list", "Add a Generic resource", parseGenericResource),
  "generic-resource-rm": list("Remove a Generic resource"),
  "group-add": list("Add an additional supplementary user group to the container"),
  "group-rm": list("Remove a previously added supplementary user group from the container"),
  "host-add": many("list", 'Add a custom host-to-IP mapping ("host:ip")', parseExtraHost),
  "host-rm": list('Remove a custom host-to-IP mapping ("host:ip")'),
  image: text("Service image tag"),
  "label-add": labels("Add or update a service label"),
  "label-rm": list("Remove a label by its key"),
  "mount-add": many("mount", "Add or update a mount on a service", parseMount),
  "mount-rm": list("Remove a mount by its target path"),
  "network-add": many("network", "Add a network", parseNetwork),
  "network-rm": list("Remove a network"),
  "placement-pref-add": many("pref", "Add a placement preference", parsePreference),
  "placement-pref-rm": many("pref", "Remove a placement preference", parsePreference),
  "publish-add": many("port", "Add or update a published port", parsePort),
  "publish-rm": many("port", "Remove a published port by its target port", parsePort),
  rollback: bool("Rollback to previous specification"),
  "secret-add": many("secret", "Add or update a secret on a service", parseReference),
  "secret-rm": list("Remove a secret"),
  "sysctl-add": list("Add or update a Sysctl option"),
  "sysctl-rm": list("Remove a Sysctl option"),
  "ulimit-add": many("ulimit", "Add or update a ulimit option", parseUlimit),
  "ulimit-rm": list("Remove a ulimit option"),
}
