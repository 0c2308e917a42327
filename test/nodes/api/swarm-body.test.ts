import * as Result from "effect/Result"
import { expect, test } from "vitest"
import { defaultClusterSpec } from "../../../core/model/cluster.ts"
import { decodeClusterSpec } from "../../../nodes/api/swarm-body.ts"

const refusalOf = (CAConfig: unknown) => {
  const decoded = decodeClusterSpec({ ...defaultClusterSpec, CAConfig })
  return Result.isFailure(decoded) ? `${decoded.failure.status} ${decoded.failure.message}` : undefined
}

test("an authority outside the swarm, or a root certificate of one's own, is refused rather than left out", () => {
  const url = "https://ca.example"
  expect(refusalOf({ ExternalCAs: [{ Protocol: "cfssl", URL: url }] })).toBe(
    "501 external certificate authorities are not supported",
  )
  const own = "501 a root certificate of one's own is not supported: the swarm makes its own"
  expect(refusalOf({ SigningCACert: "-----BEGIN CERTIFICATE-----" })).toBe(own)
  expect(refusalOf({ SigningCAKey: "-----BEGIN PRIVATE KEY-----" })).toBe(own)
})

test("what the docker command line sends of them when nobody asked for any is nothing", () => {
  expect(refusalOf({ NodeCertExpiry: 3_600e9, ExternalCAs: null, SigningCACert: "", SigningCAKey: "" })).toBeUndefined()
})
