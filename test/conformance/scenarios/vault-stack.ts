import type { Scenario } from "../scenario.ts"

export const vaultStack: Scenario = {
  name: "vault-stack",
  about: "A stack with secrets, configs and a network with options; a changed config is refused",
  steps: [
    { cmd: "stack config -c vault.yml", view: { replace: [[/file: .*stacks\//g, "file: "]] } },
    { cmd: "stack deploy -c vault.yml vault", settle: "running", view: { sorted: true } },
    { cmd: "secret ls" },
    { cmd: "config ls --format '{{.Name}} {{.Labels}}'" },
    { cmd: "secret inspect --format '{{json .Spec.Labels}}' vault_key", view: { json: true } },
    { cmd: "network inspect --format '{{.Name}} {{.Attachable}} {{json .Labels}}' vault_inner" },
    { cmd: "service inspect vault_keeper", view: { json: true, mask: ["0.Endpoint.VirtualIPs"] } },
    { cmd: "service inspect --pretty vault_keeper" },
    { cmd: "stack ps vault", view: { nodes: "any" } },
    { cmd: "stack ps -q --filter desired-state=running vault" },
    { cmd: "stack services --format '{{.Name}} {{.Replicas}} {{.Image}}' vault" },
    { cmd: "stack deploy -c vault.yml vault", settle: "running", view: { sorted: true } },
    { cmd: "stack ps --filter desired-state=running --format '{{.Name}} {{.DesiredState}}' vault" },
    { cmd: "stack deploy -c vault-changed.yml vault", view: { sorted: true } },
    { cmd: "secret rm vault_key" },
    { cmd: "config rm vault_colour" },
    { cmd: "stack rm vault", settle: "running", view: { sorted: true } },
    { cmd: "secret ls" },
    { cmd: "config ls" },
  ],
}
