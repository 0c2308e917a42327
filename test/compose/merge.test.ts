import { describe, expect, it } from "vitest"
import { complaint, load, web, webOf } from "./helper.ts"

const merged = (base: ReadonlyArray<string>, over: ReadonlyArray<string>) =>
  webOf([web("image: a", ...base), web(...(over.length === 0 ? ["hostname: h"] : over))])

describe("a later file", () => {
  it.each([
    [["tty: true", "user: u"], ["tty: false", "user: ''"], { tty: true, user: "u" }],
    [["deploy: {replicas: 3}"], ["deploy: {replicas: 0}"], { deploy: { replicas: 0 } }],
    [["init: true"], ["init: false"], { init: true }],
    [["command: a b"], ["command: c"], { command: ["c"] }],
    [["command: a b"], ["command: []"], { command: ["a", "b"] }],
    [
      ["healthcheck: {test: [CMD, a]}"],
      ["healthcheck: {test: [CMD, b]}"],
      { healthcheck: { test: ["CMD", "a", "CMD", "b"] } },
    ],
    [["dns: 1.1.1.1"], ["dns: 1.1.1.1"], { dns: ["1.1.1.1", "1.1.1.1"] }],
    [["labels: {a: x}"], ["labels: {a: ''}"], { labels: new Map([["a", ""]]) }],
    [
      ["environment: {A: x, B: y}"],
      ["environment: {A: '', B: z}"],
      {
        environment: new Map([
          ["A", "x"],
          ["B", "z"],
        ]),
      },
    ],
    [["stop_grace_period: 5s"], ["stop_grace_period: 0s"], { stop_grace_period: "5s" }],
    [["logging: {driver: x}"], ["logging: {driver: x, options: {a: b}}"], { logging: { driver: "x" } }],
    [
      ["networks: {n: {aliases: [a]}}"],
      ["networks: {n: {ipv4_address: 1.2.3.4}}"],
      { networks: new Map([["n", { ipv4_address: "1.2.3.4" }]]) },
    ],
    [
      ["ports: ['82:2', '81:1']"],
      [],
      {
        ports: [
          { mode: "ingress", target: 1, published: 81, protocol: "tcp" },
          { mode: "ingress", target: 2, published: 82, protocol: "tcp" },
        ],
      },
    ],
    [["ports: ['1', '2']"], [], { ports: [{ mode: "ingress", target: 2, protocol: "tcp" }] }],
    [
      ["x-a: {b: [1]}"],
      ["x-a: {b: [2], c: 3}"],
      {
        extensions: new Map([
          [
            "x-a",
            new Map<string, unknown>([
              ["b", [1, 2]],
              ["c", 3],
            ]),
          ],
        ]),
      },
    ],
  ])("on %j says %j", (base, over, result) => {
    expect(merged(base, over)).toMatchObject(result)
  })

  it("replaces top-level objects whole and keeps only the first file's x- keys", () => {
    const { config } = load([
      "x-a: 1\nnetworks: {n: {driver: d, internal: true}}\n",
      "x-b: 2\nnetworks: {n: {attachable: true}}\n",
    ])
    expect(config.networks.get("n")).toEqual({ attachable: true })
    expect([...config.extensions.keys()]).toEqual(["x-a"])
  })

  it("must have the version of the first, and be valid alone", () => {
    expect(complaint(["version: '3.7'\n", "version: '3.8'\n"])).toBe(
      "version mismatched between two composefiles : 3.7 and 3.8",
    )
    expect(complaint([web("image: a"), web("image: 5")])).toBe("services.web.image must be a string")
  })
})
