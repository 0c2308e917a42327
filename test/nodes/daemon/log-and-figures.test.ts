import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { describe, expect, it } from "vitest"
import { effectLogger, type LogOptions, makeLog } from "../../../nodes/daemon/log.ts"
import { counter, gauge, Metrics } from "../../../nodes/daemon/metrics.ts"

const logged = (options: Partial<LogOptions> = {}) => {
  const lines: Array<string> = []
  const now = () => Date.parse("2026-01-02T03:04:05.678Z")
  const log = makeLog({ level: "info", format: "text", write: (line) => lines.push(line), now, ...options })
  return { log, lines }
}

describe("the log", () => {
  it("has one line an event, whatever is in it", () => {
    const { log, lines } = logged()
    log.warn("broken\nlink", { node: "n1", reason: 'no "way"\nthere', times: 2, gone: undefined })
    expect(lines).toEqual([
      '2026-01-02T03:04:05.678Z WARN  broken link node=n1 reason="no \\"way\\"\\nthere" times=2\n',
    ])
  })

  it("is one object a line where machines read it", () => {
    const { log, lines } = logged({ format: "json" })
    log.error("broken", { node: "n1" })
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      time: "2026-01-02T03:04:05.678Z",
      level: "error",
      msg: "broken",
      node: "n1",
    })
  })

  it("leaves out what is below its level", () => {
    const { log, lines } = logged({ level: "warn" })
    log.debug("a")
    log.info("b")
    log.warn("c")
    expect(lines).toHaveLength(1)
  })

  it("takes what Effect has to say", async () => {
    const { log, lines } = logged()
    const program = Effect.logError("request failed", new Error("why")).pipe(
      Effect.provide(Logger.layer([effectLogger(log)])),
    )
    await Effect.runPromise(program)
    expect(lines[0]).toContain("ERROR request failed")
    expect(lines[0]).toContain("why")
  })
})

describe("figures", () => {
  it("are read anew each time, beside the requests that were counted", () => {
    const metrics = new Metrics()
    let term = 1
    metrics.read(() => [gauge("drydock_raft_term", "Term", term), counter("drydock_x_total", "X", 5, { a: "b" })])
    metrics.answered("GET", 200, 30)
    metrics.answered("GET", 200, 30)
    metrics.answered("BREW", 404, 1)
    expect(metrics.render()).toContain("drydock_raft_term 1\n")
    term = 2
    const text = metrics.render()
    expect(text).toContain("drydock_raft_term 2\n")
    expect(text).toContain('drydock_x_total{a="b"} 5\n')
    expect(text).toContain("# TYPE drydock_x_total counter\n")
    expect(text).toContain('drydock_api_requests_total{method="GET",code="200"} 2\n')
    expect(text).toContain('drydock_api_requests_total{method="other",code="404"} 1\n')
    expect(text).toContain('drydock_api_request_seconds_bucket{le="0.1"} 3\n')
    expect(text).toContain('drydock_api_request_seconds_bucket{le="0.02"} 1\n')
  })

  it("of one daemon are not those of another in the same process", () => {
    const metrics = new Metrics()
    new Metrics().answered("GET", 200, 1)
    expect(metrics.render()).not.toContain("drydock_api_requests_total{")
  })
})
