import { once } from "node:events"
import type { LiveLinks } from "../../nodes/wire/links/live-links.ts"
import type { Channel } from "./plain.ts"

/** How many arrive for each second of this process's CPU time, with at most `window` on their way. Other processes do not count. */
export async function perSecond(channel: Channel, seconds: number, window: number): Promise<number> {
  let sent = 0
  let arrived = 0
  const before = process.cpuUsage()
  const end = performance.now() + seconds * 1000
  await new Promise<void>((resolve) => {
    const more = () => {
      while (sent - arrived < window) if (!channel.send(++sent)) throw new Error("dropped")
    }
    channel.onArrival = () => {
      arrived++
      if (performance.now() > end) resolve()
      else if (sent - arrived <= window / 2) more()
    }
    more()
  })
  channel.onArrival = () => {}
  return arrived / cpuSeconds(before)
}

/** Milliseconds there and back, one at a time: the median and the 99th of a hundred. */
export async function roundTrips(
  channel: Channel,
  count: number,
): Promise<{ readonly median: number; readonly p99: number }> {
  const times: number[] = []
  for (let i = 1; i <= count; i++) {
    const begin = performance.now()
    await new Promise<void>((resolve) => {
      channel.onReturn = resolve
      channel.send(i)
    })
    times.push(performance.now() - begin)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  return { median: at(0.5), p99: at(0.99) }
}

/** Bytes through one stream and back, for each second of CPU time. */
export async function streamed(links: LiveLinks, bytes: number): Promise<number> {
  const stream = links.openStream("far", {})
  const chunk = Buffer.alloc(64 * 1024, 7)
  let left = bytes
  let back = 0
  const before = process.cpuUsage()
  stream.on("data", (data: Buffer) => {
    back += data.length
  })
  while (left > 0) {
    left -= chunk.length
    if (!stream.write(chunk)) await once(stream, "drain")
  }
  stream.end()
  await once(stream, "close")
  return back / cpuSeconds(before)
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}
