import { createServer } from "node:net"
import { getSystemErrorMap } from "node:util"
import { type HostPort, showHostPort } from "../config.ts"

/** Listens there for a moment. What comes back is why one cannot, in the words of Go's net package, as Docker shows them. */
export const whyNotListen = (where: HostPort): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(`listen tcp ${showHostPort(where)}: bind: ${reason(error)}`),
    )
    server.listen({ ...where, exclusive: true }, () => server.close(() => resolve(undefined)))
  })

/** Linux has other words than libuv for one of them. */
function reason({ code, errno, message }: NodeJS.ErrnoException): string {
  if (code === "EADDRNOTAVAIL") return "cannot assign requested address"
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message
}
