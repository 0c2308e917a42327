import { describe, expect, it } from "vitest"
import { type DaemonFlags, daemonConfig } from "../../../cli/daemon/options.ts"

const none: DaemonFlags = {
  "data-dir": "",
  host: [],
  engine: "",
  "listen-addr": "",
  "advertise-addr": "",
  "publish-addr": "",
  "node-name": "",
  "log-level": "",
  "log-format": "",
  "metrics-addr": "",
  "host-name": [],
  insecure: false,
  tlsverify: false,
  tlscacert: "",
  tlscert: "",
  tlskey: "",
}
const config = (flags: Partial<DaemonFlags>, env: Record<string, string> = {}) =>
  daemonConfig({ ...none, ...flags }, env)

describe("the options of drydock daemon", () => {
  it("are what they usually are when nobody says anything", () => {
    expect(config({})).toMatchObject({
      engine: { type: "docker", socketPath: "/var/run/docker.sock" },
      listenAddr: { host: "0.0.0.0", port: 2377 },
      logLevel: "info",
      logFormat: "text",
      insecure: false,
    })
    expect(config({}).metrics).toBeUndefined()
    expect(config({}).apiHosts).toMatchObject([{ type: "unix" }])
  })

  it("come from the command line first, then from the environment", () => {
    const env = {
      DRYDOCK_HOSTS: "unix:///a.sock,tcp://127.0.0.1:4",
      DRYDOCK_LOG_LEVEL: "debug",
      DRYDOCK_ENGINE: "sim:",
    }
    expect(config({}, env)).toMatchObject({
      apiHosts: [
        { type: "unix", path: "/a.sock" },
        { type: "tcp", host: "127.0.0.1", port: 4 },
      ],
      logLevel: "debug",
      engine: { type: "simulated" },
    })
    expect(config({ host: ["unix:///b.sock"], "log-level": "warn" }, env)).toMatchObject({
      apiHosts: [{ type: "unix", path: "/b.sock" }],
      logLevel: "warn",
    })
  })

  it("let nobody listen to the network without TLS who does not insist", () => {
    for (const host of ["tcp://0.0.0.0:2375", "tcp://10.0.0.1", "tcp://[::]:2375"]) {
      expect(() => config({ host: [host] })).toThrow(/would let everybody on the network command this machine/)
      expect(config({ host: [host], insecure: true }).apiHosts).toHaveLength(1)
      const tls = { tlsverify: true, tlscacert: "ca", tlscert: "cert", tlskey: "key" }
      expect(config({ host: [host], ...tls }).tls).toEqual({ verify: true, caCert: "ca", cert: "cert", key: "key" })
    }
    for (const host of ["tcp://127.0.0.1:2375", "tcp://localhost:2375", "tcp://[::1]:2375", "tcp://127.9.9.9:1"]) {
      expect(config({ host: [host] }).apiHosts).toMatchObject([{ type: "tcp" }])
    }
  })

  it.each([
    [{ host: ["unix://relative"] }, /the path must be absolute/],
    [{ host: ["ftp://x"] }, /an address is unix:\/\/\/path or tcp:\/\/host:port/],
    [{ host: ["tcp://127.0.0.1:70000"] }, /there is no port 70000/],
    [{ engine: "tcp://1.2.3.4" }, /invalid --engine/],
    [{ "listen-addr": "a:b:c" }, /invalid --listen-addr/],
    [{ "log-level": "loud" }, /it is one of debug, info, warn, error/],
    [{ "log-format": "xml" }, /it is one of text, json/],
    [{ tlscert: "c" }, /both --tlscert and --tlskey/],
    [{ tlsverify: true, tlscert: "c", tlskey: "k" }, /--tlsverify needs --tlscacert/],
  ] as const)("refuse %j", (flags, why) => {
    expect(() => config(flags)).toThrow(why)
  })
})
