import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { hours } from "../../../core/instant.ts"
import { createRoot } from "../../../nodes/wire/ca/create-root.ts"
import { identityOf, renewAt } from "../../../nodes/wire/ca/identity.ts"
import { issue } from "../../../nodes/wire/ca/issue.ts"
import { certificatesIn } from "../../../nodes/wire/ca/pem.ts"
import { createRequest } from "../../../nodes/wire/ca/request.ts"
import type { RootCA } from "../../../nodes/wire/ca/root-ca.ts"
import { beginRotation, finishRotation, trustBundle } from "../../../nodes/wire/ca/rotation.ts"
import { sameSecret } from "../../../nodes/wire/ca/secret.ts"
import { issuerInfo, nodeTlsInfo, tlsInfo } from "../../../nodes/wire/ca/tls-info.ts"
import { makeToken, newSecret, parseToken, rootDigest } from "../../../nodes/wire/ca/tokens.ts"
import swarm from "./fixtures/swarm.json" with { type: "json" }

const now = Date.UTC(2026, 10, 25)
const run = Effect.runPromise

const certificate = (root: RootCA, changes: { csr?: string; expiry_ms?: number; role?: "worker" } = {}) =>
  Effect.gen(function* () {
    const request = yield* createRequest
    const pem = yield* issue({
      root,
      csr: changes.csr ?? request.csr,
      nodeId: "node1",
      role: changes.role ?? "manager",
      clusterId: "cluster1",
      expiry_ms: changes.expiry_ms ?? hours(2),
      now,
    })
    return { pem, key: request.key }
  })

/** What `openssl verify` says of a chain, with `trusted` as the only roots. */
function verified(trusted: string, chain: string): string {
  const folder = mkdtempSync(join(tmpdir(), "drydock-ca-"))
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  try {
    const [own = "", ...more] = certificatesIn(chain)
    const untrusted = more.length > 0 ? ["-untrusted", file("more", more.join(""))] : []
    const args = [
      "verify",
      "-x509_strict",
      "-attime",
      String(now / 1000),
      "-purpose",
      "sslserver",
      "-verify_hostname",
      "node1",
    ]
    const result = spawnSync("openssl", [...args, "-CAfile", file("roots", trusted), ...untrusted, file("own", own)])
    return `${result.stdout}${result.stderr}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}
const openssl = spawnSync("openssl", ["version"]).status === 0
if (!openssl) console.warn("tests with openssl are skipped: no openssl here")
const withOpenssl = it.skipIf(!openssl && !process.env.CI)

describe("The cluster's authority", () => {
  it("computes the digest of a join token as Swarm does", () => {
    for (const { JoinTokens, TLSInfo } of [swarm.before, swarm.after]) {
      const token = parseToken(JoinTokens.Worker)
      expect(token?.digest).toBe(rootDigest(TLSInfo.TrustRoot))
      expect(makeToken(TLSInfo.TrustRoot, token?.secret ?? "")).toBe(JoinTokens.Worker)
    }
  })

  it("describes a root as Swarm does", () => {
    for (const { TLSInfo } of [swarm.before, swarm.after]) {
      expect(tlsInfo({ CACert: TLSInfo.TrustRoot, CAKey: "" })).toEqual(TLSInfo)
    }
  })

  it("reads the identity of a node of a real swarm, and who signed it", async () => {
    expect(identityOf(swarm.nodeCertificate)).toMatchObject({
      id: swarm.nodeId,
      role: "manager",
      clusterId: expect.any(String),
    })
    const { TrustRoot } = swarm.before.TLSInfo
    expect(await nodeTlsInfo(swarm.nodeCertificate, TrustRoot)).toEqual(swarm.before.TLSInfo)
    expect(
      await nodeTlsInfo(certificatesIn(swarm.nodeCertificate)[0] ?? "", swarm.after.TLSInfo.TrustRoot),
    ).toBeUndefined()
  })

  it("makes tokens that read back, and takes nothing else for one", () => {
    fc.assert(
      fc.property(fc.string(), (CACert) => {
        const secret = newSecret()
        expect(parseToken(makeToken(CACert, secret))).toEqual({ digest: rootDigest(CACert), secret })
      }),
    )
    const good = swarm.before.JoinTokens.Worker
    const tooLarge = `SWMTKN-1-${"z".repeat(50)}-${"0".repeat(25)}`
    for (const bad of [
      "",
      "SWMTKN-1-bogus",
      good.slice(0, -1),
      `${good}0`,
      good.toUpperCase(),
      good.replace("-1-", "-2-"),
      tooLarge,
    ]) {
      expect(parseToken(bad), bad).toBeUndefined()
    }
  })

  it("compares secrets as texts", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameSecret(a, b) === (a === b) && sameSecret(a, a)))
    expect(sameSecret("a", "")).toBe(false)
    expect(sameSecret("ab", "abab")).toBe(false)
  })

  withOpenssl("issues certificates that openssl verifies by node ID, for the purpose of a server", async () => {
    const root = await run(createRoot(now))
    const { pem } = await run(certificate(root))
    expect(verified(root.CACert, pem)).toContain("OK")
    const other = await run(createRoot(now))
    expect(verified(other.CACert, pem)).toMatch(/unable to get local issuer|certificate signature failure/)
    const text = execFileSync("openssl", ["x509", "-noout", "-subject", "-ext", "subjectAltName"], {
      input: pem,
    }).toString()
    expect(text).toContain("O = cluster1, OU = swarm-manager, CN = node1")
    expect(text).toContain("DNS:swarm-manager, DNS:node1, DNS:swarm-ca")
  })

  it("says in a certificate who the node is, from an hour ago until it expires", async () => {
    const { pem } = await run(certificate(await run(createRoot(now)), { role: "worker", expiry_ms: hours(3) }))
    const identity = identityOf(pem)
    expect(identity).toEqual({
      id: "node1",
      role: "worker",
      clusterId: "cluster1",
      notBefore: now - hours(1),
      notAfter: now + hours(3),
    })
  })

  it("gives certificates of the default life when less than an hour is asked for", async () => {
    const { pem } = await run(certificate(await run(createRoot(now)), { expiry_ms: hours(1) - 1 }))
    expect(identityOf(pem)?.notAfter).toBe(now + hours(24 * 90))
  })

  it("renews after 50 to 80 percent of a certificate's life", () => {
    const identity = { id: "a", role: "worker", clusterId: "c", notBefore: 1000, notAfter: 2000 } as const
    expect([0, 0.5, 0.999999].map((random) => renewAt(identity, random))).toEqual([1500, 1650, 1799])
  })

  it("signs no request that its key did not sign, none of another kind of key, and nothing that is none", async () => {
    const root = await run(createRoot(now))
    const { csr } = await run(createRequest)
    const lines = csr.split("\n")
    // Within the signature, at the end.
    const changed = lines
      .map((line, i) => (i === lines.length - 4 ? line.replace(/^./, (c) => (c === "A" ? "B" : "A")) : line))
      .join("\n")
    const rsa = execFileSync(
      "openssl",
      ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=x"],
      { stdio: ["ignore", "pipe", "ignore"] },
    ).toString()
    for (const bad of [changed, rsa, "", "garbage", csr.slice(0, 100), swarm.nodeCertificate]) {
      const exit = await Effect.runPromiseExit(certificate(root, { csr: bad }))
      expect(exit._tag, bad).toBe("Failure")
      expect(JSON.stringify(exit), bad).toContain("CertificateError")
    }
  })
})

describe("Replacing the root", () => {
  withOpenssl("leaves no moment in which a node is not believed", async () => {
    const old = await run(createRoot(now))
    const coming = await run(createRoot(now))
    const before = (await run(certificate(old))).pem
    const root = await run(beginRotation(old, coming, now))
    const meanwhile = (await run(certificate(root))).pem
    const after = finishRotation(root)

    // Those that know only the old root believe both kinds of certificate, and so do those that know both.
    for (const trust of [old.CACert, trustBundle(root)]) {
      expect(verified(trust, before)).toContain("OK")
      expect(verified(trust, meanwhile)).toContain("OK")
    }
    expect(after).toEqual(coming)
    expect(trustBundle(after)).toBe(coming.CACert)
    expect(verified(coming.CACert, meanwhile)).toContain("OK")
    expect(verified(coming.CACert, before)).not.toContain("OK")
  })

  it("is visible in what a node reports of its certificate", async () => {
    const old = await run(createRoot(now))
    const coming = await run(createRoot(now))
    const before = (await run(certificate(old))).pem
    const root = await run(beginRotation(old, coming, now))
    const meanwhile = (await run(certificate(root))).pem
    expect(await nodeTlsInfo(before, trustBundle(root))).toMatchObject(issuerInfo(old.CACert))
    expect(await nodeTlsInfo(meanwhile, trustBundle(root))).toMatchObject(issuerInfo(coming.CACert))
    expect(tlsInfo(root)).toMatchObject(issuerInfo(old.CACert))
    expect(tlsInfo(finishRotation(root))).toMatchObject(issuerInfo(coming.CACert))
  })

  it("gives way to another one that begins meanwhile", async () => {
    const [old, first, second] = await Promise.all([run(createRoot(now)), run(createRoot(now)), run(createRoot(now))])
    const root = await run(beginRotation(await run(beginRotation(old, first, now)), second, now))
    expect(finishRotation(root)).toEqual(second)
    expect(trustBundle(root)).toBe(old.CACert + second.CACert)
  })
})
