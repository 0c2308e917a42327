import { createHash } from "node:crypto"
import { bool, one } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import type { Node, Swarm, TlsInfo } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"
import { caFlags, readPem, withCaFlags } from "./flags.ts"
import { getSwarm } from "./words.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    ...caFlags,
    "ca-cert": one("pem-file", "Path to the PEM-formatted root CA certificate to use for the new cluster", readPem),
    "ca-key": one("pem-file", "Path to the PEM-formatted root CA key to use for the new cluster", readPem),
    detach: bool("Exit immediately instead of waiting for the root rotation to converge", { short: "d" }),
    quiet: bool("Suppress progress output", { short: "q" }),
    rotate: bool("Rotate the swarm CA - if no certificate or key are provided, new ones will be generated"),
  },
  examples: [
    ["drydock swarm ca", "the root certificate of the swarm"],
    ["drydock swarm ca --rotate", "a new one, and wait until every node has a certificate of it"],
  ],
  async run(cli, { flags, changed }) {
    const swarm = await getSwarm(cli)
    if (!flags.rotate) {
      const idle = ["ca-cert", "ca-key", "cert-expiry", "external-ca"].find((flag) => changed.has(flag))
      if (idle !== undefined) throw new CliError(`\`--${idle}\` flag requires the \`--rotate\` flag to update the CA`)
      return printTrustRoot(cli, swarm)
    }
    const external = flags["external-ca"].length > 0
    if (external && flags["ca-cert"] === undefined) {
      throw new CliError(
        "rotating to an external CA requires the `--ca-cert` flag to specify the external CA's cert - " +
          "to add an external CA with the current root CA certificate, use the `update` command instead",
      )
    }
    const cert = flags["ca-cert"] ?? ""
    const key = flags["ca-key"] ?? ""
    if (cert !== "" && !external && key === "") {
      throw new CliError(
        "the --ca-cert flag requires that a --ca-key flag and/or --external-ca flag be provided as well",
      )
    }
    const spec = withCaFlags(swarm.Spec, flags, cert)
    const own = cert === "" && key === ""
    const CAConfig = {
      ...spec.CAConfig,
      SigningCACert: cert,
      SigningCAKey: key,
      ...(own && { ForceRotate: (spec.CAConfig.ForceRotate ?? 0) + 1 }),
    }
    const query = {
      version: swarm.Version.Index,
      rotateWorkerToken: false,
      rotateManagerToken: false,
      rotateManagerUnlockKey: false,
    }
    await cli.engine.post("/swarm/update", { query, body: { ...spec, CAConfig } })
    if (flags.detach) return
    if (!(await rotated(cli, flags.quiet))) return
    if (!flags.quiet) printTrustRoot(cli, await getSwarm(cli))
  },
})

function printTrustRoot(cli: Cli, { TLSInfo }: Swarm): void {
  const root = (TLSInfo?.TrustRoot ?? "").trim()
  if (root === "") throw new CliError("No CA information available")
  cli.out(`${root}\n`)
}

const poll_ms = 200

/** Waits until every node has a certificate of the new root and trusts nothing else; false when the user has waited enough. */
async function rotated(cli: Cli, quiet: boolean): Promise<boolean> {
  let told = ""
  let left = false
  const forget = cli.onInterrupt(() => {
    left = true
  })
  try {
    for (;;) {
      const { TLSInfo = {}, RootRotationInProgress = false } = await getSwarm(cli)
      const nodes = await cli.engine.get<ReadonlyArray<Node>>("/nodes")
      const certs = nodes.filter((node) => hasCertificate(node, TLSInfo)).length
      const settled = certs === nodes.length && !RootRotationInProgress
      const roots = settled
        ? nodes.filter((node) => node.Description.TLSInfo?.TrustRoot === TLSInfo.TrustRoot).length
        : 0
      const digest = `sha256:${createHash("sha256")
        .update(TLSInfo.TrustRoot ?? "")
        .digest("hex")}`
      const now = `desired root digest: ${digest}
  rotated TLS certificates: ${certs}/${nodes.length} nodes
  rotated CA certificates: ${roots}/${nodes.length} nodes
`
      if (!quiet && now !== told) cli.out(told !== "" && cli.isTerminal ? `\u001b[3A\u001b[J${now}` : now)
      told = now
      if (settled && roots === nodes.length) return true
      if (left) {
        cli.out(
          "Operation continuing in background.\nUse `drydock node ls --format '{{.Hostname}} {{.TLSStatus}}'` to check progress.\n",
        )
        return false
      }
      await cli.sleep(poll_ms)
    }
  } finally {
    forget()
  }
}

const hasCertificate = ({ Description: { TLSInfo: has } }: Node, wanted: TlsInfo): boolean =>
  has?.CertIssuerPublicKey === wanted.CertIssuerPublicKey && has?.CertIssuerSubject === wanted.CertIssuerSubject
