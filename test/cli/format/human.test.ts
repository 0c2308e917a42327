import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ago, capitalize, ellipsis, goDuration, goTime, humanBytes, shortId } from "../../../cli/format/human.ts"
import { familiarImage, taggedImage } from "../../../cli/format/image.ts"
import { naturalCompare } from "../../../cli/format/natural.ts"
import { humanDuration } from "../../../core/human-duration.ts"

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

describe("what people read", () => {
  it.each([
    [0, "Less than a second"],
    [second, "1 second"],
    [59 * second, "59 seconds"],
    [minute, "About a minute"],
    [3 * minute, "3 minutes"],
    [59 * minute, "59 minutes"],
    [hour, "About an hour"],
    [90 * minute, "2 hours"],
    [47 * hour, "47 hours"],
    [3 * day, "3 days"],
    [20 * day, "2 weeks"],
    [90 * day, "3 months"],
    [800 * day, "2 years"],
  ])("shows %i ms as %s", (ms, words) => {
    expect(humanDuration(ms)).toBe(words)
  })

  it("counts from the time of an object to now", () => {
    expect(ago("2026-01-01T11:57:00Z", Date.parse("2026-01-01T12:00:00Z"))).toBe("3 minutes ago")
  })

  it.each([
    [0, "0B"],
    [1023, "1023B"],
    [67_108_864, "64MiB"],
    [2_095_435_776, "1.952GiB"],
    [1536, "1.5KiB"],
  ])("shows %i bytes as %s", (bytes, words) => {
    expect(humanBytes(bytes)).toBe(words)
  })

  it.each([
    [0, "0s"],
    [90e9, "1m30s"],
    [1.5e9, "1.5s"],
    [3600e9, "1h0m0s"],
    [250e6, "250ms"],
    [1500, "1.5µs"],
  ])("shows %i nanoseconds as Go does: %s", (nanoseconds, words) => {
    expect(goDuration(nanoseconds)).toBe(words)
  })

  it("shows times as Go does", () => {
    expect(goTime("2026-01-02T03:04:05.678900000Z")).toBe("2026-01-02 03:04:05.6789 +0000 UTC")
  })

  it("capitalizes, shortens and cuts", () => {
    expect([capitalize("reachable"), capitalize(""), shortId(`sha256:${"a".repeat(64)}`)]).toEqual([
      "Reachable",
      "",
      "aaaaaaaaaaaa",
    ])
    expect(ellipsis("no suitable node (scheduling constraints", 30)).toBe("no suitable node (scheduling …")
    expect(ellipsis("exactly", 7)).toBe("exactly")
  })
})

describe("an image's name", () => {
  const digest = `@sha256:${"0".repeat(64)}`
  it.each([
    ["docker.io/library/nginx:alpine", "nginx:alpine"],
    [`nginx:1.27${digest}`, "nginx:1.27"],
    [`nginx${digest}`, `nginx${digest}`],
    ["localhost:5000/team/app:v1", "localhost:5000/team/app:v1"],
    ["docker.io/team/app:v1", "team/app:v1"],
    ["no image!", "no image!"],
  ])("%s is shown as %s", (image, shown) => {
    expect(familiarImage(image)).toBe(shown)
  })

  it.each([
    ["busybox", "busybox:latest"],
    ["docker.io/library/busybox", "busybox:latest"],
    ["localhost:5000/app", "localhost:5000/app:latest"],
    ["app:1", "app:1"],
    [`app${digest}`, `app${digest}`],
  ])("%s is sent as %s", (image, sent) => {
    expect(taggedImage(image)).toBe(sent)
  })
})

describe("the order of names", () => {
  it("counts digits as numbers", () => {
    expect(["web-10", "web-2", "db", "web-1b", "web-1"].sort(naturalCompare)).toEqual([
      "db",
      "web-1",
      "web-1b",
      "web-2",
      "web-10",
    ])
  })

  it("is an order", () => {
    const name = fc.stringMatching(/^[a-b0-2-]{0,6}$/)
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(naturalCompare(a, b)) + Math.sign(naturalCompare(b, a))).toBe(0)
        expect(naturalCompare(a, b) === 0).toBe(a === b)
        if (naturalCompare(a, b) < 0 && naturalCompare(b, c) < 0) expect(naturalCompare(a, c)).toBeLessThan(0)
      }),
    )
  })
})
