import { describe, expect, it } from "vitest"
import { editEnv, editHosts, editMap, editPorts } from "../../../cli/service/options/edit.ts"
import { gatherEnv } from "../../../cli/service/options/environment.ts"
import { csvFields, omitEmpty } from "../../../cli/service/options/key-value.ts"
import { parseMount } from "../../../cli/service/options/mount.ts"
import { parseNetwork } from "../../../cli/service/options/network.ts"
import { parsePort } from "../../../cli/service/options/port.ts"
import { parseReference } from "../../../cli/service/options/reference.ts"
import {
  capabilities,
  parseExtraHost,
  parseGenericResource,
  parsePreference,
  parseUlimit,
} from "../../../cli/service/options/small.ts"
import { shellWords } from "../../../cli/service/options/words.ts"

const value = (parsed: { readonly ok: boolean }) => ("value" in parsed ? parsed.value : parsed)
const error = (parsed: { readonly ok: boolean }) => ("error" in parsed ? parsed.error : parsed)

const port = (PublishedPort: number, TargetPort: number, Protocol = "tcp", PublishMode = "ingress") => ({
  Protocol,
  TargetPort,
  ...(PublishedPort > 0 && { PublishedPort }),
  PublishMode,
})

describe("--publish", () => {
  it.each([
    ["80", [port(0, 80)]],
    ["8080:80", [port(8080, 80)]],
    [":8080:80", [port(8080, 80)]],
    ["9000-9001:90-91/udp", [port(9000, 90, "udp"), port(9001, 91, "udp")]],
    ["9000-9002:80", [port(9000, 80), port(9001, 80), port(9002, 80)]],
    ["published=7070,target=70,mode=host", [port(7070, 70, "tcp", "host")]],
    ["target=53,protocol=udp", [port(0, 53, "udp")]],
  ])("%s", (text, ports) => {
    expect(value(parsePort(text))).toEqual(ports)
  })

  it.each([
    ["x", "invalid containerPort: x"],
    ["x:80", "invalid hostPort: x"],
    ["80/icmp", "invalid proto: icmp"],
    ["1.2.3.4:80:80", "hostip is not supported"],
    ["80-81:90-94", "invalid ranges specified for container and host Ports: 90-94 and 80-81"],
    ["target=x", "invalid target port (x): value must be an integer: invalid syntax"],
    ["target=70000", "invalid target port (70000): value must be an integer: value out of range"],
    ["published=80", "missing mandatory field 'target'"],
    ["target=80,mode=x", "invalid publish mode value (x): must be either 'ingress' or 'host'"],
    ["target=80,foo=1", "invalid field key: foo"],
  ])("refuses %s", (text, message) => {
    expect(error(parsePort(text))).toBe(message)
  })
})

describe("--mount", () => {
  it("reads volumes, binds and memory", () => {
    expect(value(parseMount("src=v,dst=/v,volume-opt=a=b,volume-driver=local,volume-label=l=m,ro"))).toEqual({
      Type: "volume",
      Source: "v",
      Target: "/v",
      ReadOnly: true,
      VolumeOptions: { DriverConfig: { Name: "local", Options: { a: "b" } }, Labels: { l: "m" } },
    })
    expect(value(parseMount('type=bind,"source=/a,b",target=/t,readonly=false'))).toMatchObject({
      Source: "/a,b",
      ReadOnly: false,
    })
    expect(value(parseMount("type=tmpfs,target=/m,tmpfs-size=1m,tmpfs-mode=1770"))).toMatchObject({
      TmpfsOptions: { SizeBytes: 1_048_576, Mode: 0o1770 },
    })
  })

  it.each([
    ["target=/x,foo", "invalid field 'foo' must be a key=value pair"],
    ["target=/x,foo=1", "unexpected key 'foo' in 'foo=1'"],
    ["type=bind", "target is required"],
    ["target=/x,ro=maybe", "invalid value for ro: maybe"],
    ["type=bind,target=/x,volume-nocopy", "cannot mix 'volume-*' options with mount type 'bind'"],
  ])("refuses %s", (text, message) => {
    expect(error(parseMount(text))).toBe(message)
  })
})

describe("the smaller options", () => {
  it("reads networks by name and in full", () => {
    expect(value(parseNetwork("net1"))).toEqual({ Target: "net1" })
    expect(value(parseNetwork("name=net2,alias=a,alias=b,driver-opt=k=v"))).toEqual({
      Target: "net2",
      Aliases: ["a", "b"],
      DriverOpts: { k: "v" },
    })
    expect(error(parseNetwork("alias=x"))).toBe("network name/id is not specified")
  })

  it("reads secrets and configs", () => {
    expect(value(parseReference("s1"))).toEqual({ name: "s1", file: { Name: "s1", UID: "0", GID: "0", Mode: 0o444 } })
    expect(value(parseReference("source=s1,target=/x,mode=0400,uid=5"))).toMatchObject({
      file: { Name: "/x", UID: "5", Mode: 0o400 },
    })
    expect(error(parseReference("target=/x"))).toBe("source is required")
  })

  it("reads preferences, limits, resources and hosts", () => {
    expect(value(parsePreference("spread=node.labels.zone"))).toEqual({
      Spread: { SpreadDescriptor: "node.labels.zone" },
    })
    expect(error(parsePreference("pack=x"))).toBe("unsupported placement preference pack (only spread is supported)")
    expect(value(parseUlimit("nofile=5"))).toEqual({ Name: "nofile", Soft: 5, Hard: 5 })
    expect(value(parseGenericResource("gpu=2"))).toEqual({ DiscreteResourceSpec: { Kind: "gpu", Value: 2 } })
    expect(value(parseExtraHost("db:10.0.0.1"))).toBe("db:10.0.0.1")
    expect(error(parseExtraHost("db"))).toBe('bad format for add-host: "db"')
  })

  it("gives capabilities their full names; what is added is not dropped", () => {
    expect(capabilities(["net_admin", "CAP_SYS_TIME"], ["SYS_TIME", "all"])).toEqual({
      added: ["CAP_NET_ADMIN", "CAP_SYS_TIME"],
      dropped: ["ALL"],
    })
  })

  it("cuts words as a shell does", () => {
    expect(value(shellWords(`sh -c 'a b' "c \\"d" e\\ f # no`))).toEqual(["sh", "-c", "a b", 'c "d', "e f"])
    expect(error(shellWords("'open"))).toBe("EOF found when expecting closing quote")
  })

  it("takes variables from the environment when they have no value, and the last of a name", () => {
    expect(gatherEnv([], ["A=1", "B", "C", "A=2"], { B: "from outside" })).toEqual(["B=from outside", "C", "A=2"])
  })

  it("cuts fields at commas outside quotes, and leaves out what is empty", () => {
    expect(csvFields('a,"b,""c""",d')).toEqual(["a", 'b,"c"', "d"])
    expect(omitEmpty({ a: 0, b: "", c: [], d: {}, e: false, f: undefined, g: 1 })).toEqual({ g: 1 })
  })
})

describe("what update adds and removes", () => {
  it("edits maps, variables, hosts and ports", () => {
    expect(editMap({ a: "1", b: "2" }, ["c=3", "a=9"], ["b"])).toEqual({ a: "9", c: "3" })
    expect(editEnv(["A=1", "B=2"], ["B=3", "C=4"], ["A"])).toEqual(["B=3", "C=4"])
    expect(editHosts(["1.1.1.1 a b", "2.2.2.2 a"], ["3.3.3.3 c"], ["a:1.1.1.1"])).toEqual([
      "1.1.1.1 b",
      "2.2.2.2 a",
      "3.3.3.3 c",
    ])
    const web = { Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "ingress" } as const
    const dns = { Protocol: "udp", TargetPort: 53, PublishedPort: 53, PublishMode: "ingress" } as const
    expect(editPorts([web, dns], [web], [{ TargetPort: 53, Protocol: "udp" }])).toEqual([web])
  })
})
