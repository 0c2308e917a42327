/**
 * Which tool's reading of a file: `swarm` is `docker stack`'s, `spec` that of the Compose Specification, as `docker compose` reads it. Every
 * step of the pipeline takes it.
 */
export type Dialect = "swarm" | "spec"
