import type { Transaction } from "../../core/store/transaction.ts"

/**
 * Ends the replacement of the root certificate once every node of the list reports a certificate of the new one. One that is down and was never
 * removed holds it up for ever, as in Swarm: it would be locked out (swarmkit ca/reconciler.go).
 */
export function finishRootRotation(tx: Transaction): void {
  for (const cluster of tx.all("clusters")) {
    const { RootRotation, ...rest } = cluster
    if (RootRotation === undefined) continue
    const { Root, JoinTokens } = RootRotation
    for (const { Description } of tx.all("nodes"))
      if (Description.TLSInfo?.CertIssuerPublicKey !== Root.PublicKey) return
    const { CrossSigned: _, ...root } = Root
    tx.update("clusters", { ...rest, RootCA: root, JoinTokens, RootRotationInProgress: false })
  }
}
