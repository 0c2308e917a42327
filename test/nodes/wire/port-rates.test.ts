import { describe, expect, it } from "vitest"
import { Rates } from "../../../nodes/wire/link/rates.ts"
import { TokenBucket } from "../../../nodes/wire/link/token-bucket.ts"
import { networkOf } from "../../../nodes/wire/port/network-of.ts"

describe("Whom attempts are counted for", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("is, for %s, %s", (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe("A rate", () => {
  it("lets a burst pass, then as many as come back with time", () => {
    const bucket = new TokenBucket(3, 10, 0)
    expect([0, 0, 0, 0, 50, 100, 150, 300].map((now) => bucket.take(now))).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
      true,
    ])
    expect(bucket.isFull(499)).toBe(false)
    expect(bucket.isFull(500)).toBe(true)
  })

  it("on credit says how long the debt takes", () => {
    const bucket = new TokenBucket(1, 10, 0)
    expect([bucket.takeOnCredit(0), bucket.takeOnCredit(0), bucket.takeOnCredit(0), bucket.takeOnCredit(1000)]).toEqual(
      [0, 100, 200, 0],
    )
  })

  it("on credit may cost more at once", () => {
    const bucket = new TokenBucket(10, 10, 0)
    expect([bucket.takeOnCredit(0, 10), bucket.takeOnCredit(0, 20), bucket.takeOnCredit(1000, 0)]).toEqual([
      0, 2000, 1000,
    ])
  })

  it("is each address's own", () => {
    const rates = new Rates(2, 0.001)
    expect(["a", "a", "a", "b", "a"].map((address) => rates.take(address))).toEqual([true, true, false, true, false])
  })
})
