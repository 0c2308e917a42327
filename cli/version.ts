import { readFileSync } from "node:fs"

/** The version in package.json, which lies one folder up from the sources and two up from what is compiled. */
export function drydockVersion(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"))
      if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version)
    } catch {
      // Not there: it is in the other place.
    }
  }
  return "unknown"
}
