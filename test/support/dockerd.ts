export { type Dockerd, missingDockerd, startDockerd } from "../../bench/live/dockerd.ts"
