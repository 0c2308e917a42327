/** Go's path.Clean for Unix paths: no `.`, no inner `..`, no doubled or trailing slash. */
const cleanPath = (path: string): string => {
  const rooted = path.startsWith("/")
  const kept: Array<string> = []
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue
    if (segment !== "..") kept.push(segment)
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop()
    else if (!rooted) kept.push("..")
  }
  const joined = kept.join("/")
  if (rooted) return `/${joined}`
  return joined === "" ? "." : joined
}

/** An absolute path stays exactly as written; a relative one is joined to the directory and cleaned. */
export const absolutePath = (directory: string, path: string): string =>
  path.startsWith("/") ? path : cleanPath(path === "" ? directory : `${directory}/${path}`)

/** `C:\x`, `C:/x` or `\\host\share\x`: paths of a Windows client, left alone. */
export const isWindowsAbsolute = (path: string): boolean =>
  /^[a-zA-Z]:[\\/]/.test(path) || /^[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*/.test(path)
