export const secretsOfSwarm: ReadonlyArray<readonly [RegExp, string]> = [
  [/SWMTKN-1-[0-9a-z]{50}-<id>/g, "<token>"],
  [/SWMKEY-1-[A-Za-z0-9+/]{43}/g, "<key>"],
  [/sha256:<id>/g, "<digest>"],
]
