import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ansiLines } from "../../../cli/watch/ansi.ts"
import { type PictureOptions, picture } from "../../../cli/watch/picture.ts"
import { lineWidth, plainText } from "../../../cli/watch/text.ts"
import type { ClusterStatus } from "../../../nodes/status.ts"
import { anyStatus, nasty } from "./arbitrary.ts"
import { largeCluster, manager, node, service, task, votingApp } from "./fixture.ts"

const hint = ["q quits", "DOCKER_HOST=tcp://127.0.0.1:2375 docker service ls"]

const text = (
  status: ClusterStatus,
  columns: number,
  rows: number,
  options: PictureOptions = { unicode: true, hint },
) => picture(status, { columns, rows }, options).map(plainText)

const lineWith = (lines: ReadonlyArray<string>, part: string) => lines.find((line) => line.includes(part)) ?? ""

describe("the picture of the voting app", () => {
  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
    [200, 50],
    [50, 15],
  ] as const) {
    it(`looks like its golden frame at ${columns}x${rows}`, async () => {
      const frame = `${text(votingApp(), columns, rows).join("\n")}\n`
      await expect(frame).toMatchFileSnapshot(`./frames/voting-${columns}x${rows}.txt`)
    })
  }

  it("looks like its golden frame in ASCII", async () => {
    const frame = text(votingApp(), 80, 24, { unicode: false, hint })
    expect(frame.join("")).toMatch(/^[\x20-\x7e]*$/)
    await expect(`${frame.join("\n")}\n`).toMatchFileSnapshot("./frames/voting-80x24-ascii.txt")
  })

  it("looks like its golden frame in 256 colours", async () => {
    const frame = ansiLines(picture(votingApp(), { columns: 80, rows: 24 }, { unicode: true, hint }), 256)
    await expect(`${frame.join("\n")}\n`).toMatchFileSnapshot("./frames/voting-80x24-256.txt")
  })
})

describe("the picture of a large cluster", () => {
  it("puts nodes side by side where there is room, and says how many it does not show", async () => {
    const lines = text(largeCluster(400, 8_000), 300, 60)
    expect(lineWith(lines, " node1 ")).toMatch(/node1 .*node\d+ /)
    expect(lineWith(lines, "NODES")).toMatch(/… \d+ more nodes with \d+ tasks/)
  })

  it("joins tasks of a service on a node into one cell when they do not fit", () => {
    expect(text(largeCluster(100, 3_000), 80, 24).join("\n")).toContain("●svc1 ×30")
  })
})

describe("what the picture tells", () => {
  it("marks the leader, and says when there is none", () => {
    expect(text(votingApp(), 100, 30).join("\n")).toContain("◆ manager1  leader")
    const leaderless = votingApp({ managers: [manager("manager1", "candidate"), manager("manager2", "follower")] })
    expect(text(leaderless, 130, 30)[0]).toContain("no leader")
    expect(text(votingApp(), 130, 30)[0]).not.toContain("no leader")
  })

  it("shows a tripled clock as such, and a stopped one as paused", () => {
    const at = (speed: number) => text(votingApp({ simulation: { seed: "42", speed, started: 0 } }), 130, 30)[0]
    expect(at(3)).toContain("seed 42  ×3")
    expect(at(0)).toContain("paused")
  })

  it("shows tasks without a node with their reason, joined where it is the same", () => {
    const waiting = [1, 2, 3, 4, 5].map((slot) => task("vote", slot, undefined, "pending", { Err: "no suitable node" }))
    const lines = text(votingApp({ tasks: [...waiting.slice(0, 2), task("db", 1, undefined, "new")] }), 100, 30)
    expect(lineWith(lines, "no suitable node")).toContain("vote.1,2  no suitable node")
    expect(lineWith(lines, "db.1")).toContain("◌ db.1  new")
    expect(lineWith(text(votingApp({ tasks: waiting }), 100, 30), "no suitable")).toContain("vote ×5")
  })

  it("keeps a failure in sight until something runs in its place again", () => {
    const failed = task("db", 1, "worker1", "failed", { desired: "shutdown" })
    const next = (state: "starting" | "running") => votingApp({ tasks: [failed, task("db", 1, "manager1", state)] })
    expect(text(next("starting"), 100, 30).join("\n")).toContain("✗db.1")
    expect(text(next("running"), 100, 30).join("\n")).not.toContain("✗db.1")
  })

  it("forgets a failure when its place is no longer wanted", () => {
    const failed = task("db", 1, "worker1", "failed", { desired: "shutdown" })
    expect(text(votingApp({ tasks: [failed] }), 100, 30).join("\n")).not.toContain("db.1")
  })

  it("shows tasks of a node that is down as lost, and does not count them", () => {
    const lines = text(votingApp({ tasks: [task("db", 1, "worker3", "running")] }), 100, 30)
    expect(lineWith(lines, "worker3")).toContain("?db.1")
    expect(lineWith(lines, "voting_db")).toContain("0/1")
  })

  it("counts a job's completed tasks", () => {
    const job = service("job", "busybox", { mode: { ReplicatedJob: { TotalCompletions: 3, MaxConcurrent: 1 } } })
    const tasks = [
      task("job", 0, "worker1", "complete", { desired: "complete" }),
      task("job", 1, "worker1", "running", { desired: "complete" }),
    ]
    const lines = text(votingApp({ services: [job], tasks }), 100, 30)
    expect(lineWith(lines, "replicated-job")).toContain("1/3")
    expect(lineWith(lines, "worker1 ")).toContain("✓job.0 ●job.1")
  })

  it("names services in full where short names would be confused", () => {
    const services = [
      service("web", "a", { stack: "one" }),
      { ...service("web", "b", { stack: "two" }), ID: "service-web2" },
    ]
    const lines = text(votingApp({ services, tasks: [task("web", 1, "worker1", "running")] }), 100, 30)
    expect(lineWith(lines, "worker1 ")).toContain("●one_web.1")
  })

  it("shows what is in trouble before what is not, when there is too little room", () => {
    const nodes = [...Array.from({ length: 50 }, (_, i) => node(`n${i + 1}`)), node("sick", { state: "down" })]
    const lines = text(votingApp({ nodes, tasks: [] }), 80, 24)
    expect(lines.join("\n")).toContain("✗ sick")
    expect(lineWith(lines, "NODES")).toContain("more nodes")
  })

  it("shows a notice in the hint's place", () => {
    const lines = text(votingApp(), 80, 24, { unicode: true, hint, notice: "no answer for 3s" })
    expect(lines.at(-1)).toBe(" no answer for 3s")
  })

  it("shows an empty cluster", () => {
    const empty: ClusterStatus = { now: 0, managers: [], nodes: [], services: [], tasks: [], events: [], index: 0 }
    expect(text(empty, 80, 24)[0]).toContain("no leader")
  })
})

describe("any picture", () => {
  const size = fc.record({ columns: fc.integer({ min: 1, max: 300 }), rows: fc.integer({ min: 1, max: 100 }) })

  it("has at most rows - 1 lines, none wider than the terminal, and no control character", () => {
    fc.assert(
      fc.property(anyStatus, size, fc.boolean(), fc.array(nasty, { maxLength: 3 }), (status, size, unicode, hint) => {
        const lines = picture(status, size, { unicode, hint })
        expect(lines.length).toBeLessThanOrEqual(size.rows - 1)
        for (const line of lines) {
          expect(lineWidth(line)).toBeLessThanOrEqual(size.columns)
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
          expect(plainText(line)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
        }
      }),
      { numRuns: 150 },
    )
  })

  it("is the same for the same status", () => {
    fc.assert(
      fc.property(anyStatus, size, (status, size) => {
        const options = { unicode: true, hint }
        expect(picture(status, size, options)).toEqual(picture(structuredClone(status), size, options))
      }),
      { numRuns: 30 },
    )
  })

  it("has no escape sequence without colours", () => {
    fc.assert(
      fc.property(anyStatus, (status) => {
        const lines = ansiLines(picture(status, { columns: 100, rows: 40 }, { unicode: true }), 0)
        expect(lines.join("")).not.toContain("\u001b")
      }),
      { numRuns: 30 },
    )
  })
})
