/** A root certificate and its key, PEM (the key PKCS #8). */
export interface RootKeys {
  readonly CACert: string
  readonly CAKey: string
}

/**
 * The cluster's root, as the store keeps it. While it is being replaced, `RootRotation` holds the coming one: new certificates are signed with
 * its key, and `CrossSignedCACert` (the coming root's key and name, signed by the present root) leads from them to the present root, so that
 * nodes that know only that one believe them (swarmkit's api.RootCA).
 */
export interface RootCA extends RootKeys {
  readonly RootRotation?: RootKeys & { readonly CrossSignedCACert: string }
}
