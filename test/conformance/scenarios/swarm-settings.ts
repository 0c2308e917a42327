import type { Scenario } from "../scenario.ts"
import { secretsOfSwarm } from "./swarm-secrets.ts"

const view = { replace: secretsOfSwarm }
const spec = "info --format '{{json .Swarm.Cluster.Spec}}'"

export const swarmSettings: Scenario = {
  name: "swarm-settings",
  about: "Join tokens, settings, the unlock key and the root certificate of a swarm",
  steps: [
    { cmd: "swarm join-token worker", view },
    { cmd: "swarm join-token -q manager", view },
    { cmd: "swarm join-token nobody" },
    { cmd: "swarm join-token --rotate worker", view },
    { cmd: "swarm join-token --rotate -q manager", view },
    { cmd: "swarm join-token worker", on: "manager2", view },
    { cmd: "swarm join-token worker", on: "worker1" },
    {
      cmd: "swarm update --task-history-limit 3 --dispatcher-heartbeat 6s --cert-expiry 720h --snapshot-interval 9000",
    },
    { cmd: spec, view: { json: true } },
    { cmd: "swarm update --cert-expiry 30m" },
    { cmd: "swarm update --task-history-limit 4", on: "worker1" },
    {
      cmd: "swarm update --task-history-limit 5 --dispatcher-heartbeat 5s --cert-expiry 2160h --snapshot-interval 10000",
    },
    { cmd: spec, on: "manager2", view: { json: true } },
    { cmd: "swarm unlock-key" },
    { cmd: "swarm unlock-key -q" },
    { cmd: "swarm unlock", stdin: "SWMKEY-1-nothing\n" },
    { cmd: "swarm update --autolock=true", view },
    { cmd: "swarm unlock-key", view },
    { cmd: "swarm unlock-key --rotate", view },
    { cmd: "swarm unlock-key --rotate -q", view },
    { cmd: "swarm unlock-key", on: "worker1" },
    { cmd: "info --format '{{.Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers}}'", on: "manager3" },
    { cmd: "swarm update --autolock=false" },
    { cmd: "swarm unlock-key" },
    { cmd: "swarm ca" },
    { cmd: "swarm ca", on: "worker1" },
    { cmd: "swarm ca --rotate -q" },
    { cmd: "swarm ca --cert-expiry 1h" },
    {
      cmd: "swarm ca --rotate --detach",
      settle: { cmd: "info --format '{{.Swarm.Cluster.RootRotationInProgress}}'", matches: /^false/ },
    },
    { cmd: "node ls", view: { shuffled: ["MANAGER STATUS"] } },
    { cmd: "info --format '{{.Swarm.Cluster.Spec.CAConfig.ForceRotate}}'", view: { replace: [[/^\d+/, "<count>"]] } },
  ],
}
