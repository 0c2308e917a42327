/** What an engine says of itself in /version and /info beside its own version: that of the machine simulated or spoken for. */
export const engine = {
  kernelVersion: "6.1.0",
  operatingSystem: "Drydock",
  osVersion: "1",
  architecture: "x86_64",
  goArchitecture: "amd64",
  goVersion: "go1.19.8",
  gitCommit: "drydock",
  buildTime: "2025-01-01T00:00:00.000000000+00:00",
  containerd: "1.6.20",
  runc: "1.1.5",
  init: "0.19.0",
} as const

export const networkPlugins = ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"]

export const logPlugins = [
  "awslogs",
  "fluentd",
  "gcplogs",
  "gelf",
  "journald",
  "json-file",
  "local",
  "logentries",
  "splunk",
  "syslog",
]
