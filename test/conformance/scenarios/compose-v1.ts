import type { Scenario } from "../scenario.ts"

export const composeV1: Scenario = {
  name: "compose-v1",
  about: "docker-compose 1.29 at the front door of an engine in a swarm: what it asks before it does anything",
  steps: [
    { compose: "-p shop -f compose.yml ps" },
    { compose: "-p shop -f compose.yml ps -q" },
    { compose: "-p shop -f compose.yml images" },
    { compose: "-p shop -f compose.yml logs" },
    { compose: "-p shop -f compose.yml top" },
    { compose: "-p shop -f compose.yml stop" },
    { compose: "-p shop -f compose.yml kill" },
    { compose: "-p shop -f compose.yml rm -f" },
    { compose: "-p shop -f compose.yml port web 80" },
    { compose: "-p shop -f compose.yml exec web true" },
    { compose: "-p shop -f compose.yml down" },
    { compose: "-p shop -f compose.yml down -v" },
  ],
}
