import { afterEach, expect, it, vi } from "vitest"
import { Random } from "../../core/random.ts"
import { checksum, type Stored } from "../../raft/index.ts"
import { damages, unnoticed } from "../../sim/disk/damage.ts"

/** Whoever reads does not look at checksums. */
const blind = vi.hoisted(() => ({ yes: false }))

vi.mock("../../raft/checksum.ts", async (original) => {
  const real = await original<typeof import("../../raft/checksum.ts")>()
  const xxh32: typeof real.xxh32 = (bytes, start, end) => (blind.yes ? 0 : real.xxh32(bytes, start, end))
  return { xxh32, checksum: (bytes: Uint8Array) => xxh32(bytes, 0, bytes.length) }
})

afterEach(() => {
  blind.yes = false
})

const configuration = { voters: [1, 2, 3], outgoing: [], learners: [], joining: [], demoted: [], removed: [] }

function stored(): Stored {
  const data = new TextEncoder().encode("a state")
  return {
    hardState: { term: 3, vote: 2, commit: 7 },
    snapshot: { index: 5, term: 2, configuration, checksum: checksum(data), data },
    entries: [6, 7, 8].map((index) => ({ index, term: 3, kind: "command", data: new Uint8Array(40).fill(index) })),
  }
}

it.each(damages)("a %s is noticed, wherever on a disk it is", (damage) => {
  const random = new Random(damage)
  for (let i = 0; i < 500; i++) expect(unnoticed(stored(), damage, random)).toBeUndefined()
})

it("a flipped bit is found out to go unnoticed where nobody looks at checksums", () => {
  blind.yes = true
  const random = new Random(1)
  const found = Array.from({ length: 100 }, () => {
    try {
      return unnoticed(stored(), "flipped bit", random)
    } catch {
      // Damaged beyond reading.
      return undefined
    }
  })
  expect(found.find((what) => what !== undefined)).toContain("is read as if nothing had been")
})
