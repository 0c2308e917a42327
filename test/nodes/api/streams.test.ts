import { connect } from "node:net"
import { setTimeout as pause } from "node:timers/promises"
import * as Stream from "effect/Stream"
import { afterEach, describe, expect, test } from "vitest"
import { apiError } from "../../../core/errors.ts"
import { EventLog } from "../../../nodes/event-log.ts"
import type { LogOptions } from "../../../nodes/log-protocol.ts"
import type { LogLines } from "../../../nodes/manager/logs/chunk.ts"
import { start, World } from "../control/world.ts"
import { http } from "./http.ts"
import { type Served, type ServeOptions, serve } from "./served.ts"

const opened: Array<Served> = []
afterEach(async () => {
  for (const served of opened.splice(0)) await served.close()
})

async function open(options: ServeOptions): Promise<Served> {
  const served = await serve(options)
  opened.push(served)
  return served
}

const secretEvent = (name: string, at: number) => ({
  Type: "secret",
  Action: "create",
  Actor: { ID: `id-of-${name}`, Attributes: { name } },
  scope: "swarm" as const,
  at,
})

const lines = (text: string) => text.split("\n").filter((line) => line !== "")

describe("events", () => {
  test("what is remembered since then comes first, then the answer ends at `until`", async () => {
    const events = new EventLog()
    for (const [i, name] of ["a", "b", "c"].entries()) events.add(secretEvent(name, start + i * 1_000))
    const served = await open({ gateway: { events }, local: { now: start + 10_000 } })
    const since = start / 1_000 + 1
    const { text, headers } = await http(served.url, "GET", `/events?since=${since}&until=${since + 5}`)
    expect(lines(text).map((line) => JSON.parse(line).Actor.Attributes.name)).toEqual(["b", "c"])
    expect(lines(text)[0]).toContain(`"scope":"swarm","time":${since},"timeNano":${since}000000000}`)
    expect(headers["content-type"]).toBe("application/json")
  })

  test("the headers go out at once, and a client that leaves is forgotten", async () => {
    const events = new EventLog()
    let listeners = 0
    const counting = Object.assign(Object.create(events), {
      listen: (listener: Parameters<EventLog["listen"]>[0]) => {
        listeners += 1
        const stop = events.listen(listener)
        return () => {
          listeners -= 1
          stop()
        }
      },
    })
    const served = await open({ gateway: { events: counting } })
    const socket = connect(Number(new URL(served.url).port), "127.0.0.1")
    let heard = ""
    socket.setEncoding("utf8").on("data", (text: string) => {
      heard += text
    })
    socket.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await until(() => heard.includes("\r\n\r\n") && listeners === 1)
    events.add(secretEvent("now", start))
    await until(() => heard.includes("id-of-now"))
    socket.destroy()
    await until(() => listeners === 0)
  })

  test("filters name types, objects and actions; unknown ones are passed over", async () => {
    const events = new EventLog()
    events.add(secretEvent("one", start))
    events.add({ ...secretEvent("two", start), Action: "remove" })
    const served = await open({ gateway: { events }, local: { now: start + 10_000 } })
    const names = async (filters: unknown) => {
      const query = `since=1&until=${start / 1_000 + 5}&filters=${encodeURIComponent(JSON.stringify(filters))}`
      const { text } = await http(served.url, "GET", `/events?${query}`)
      return lines(text).map((line) => JSON.parse(line).Actor.Attributes.name)
    }
    expect(await names({ secret: ["one"] })).toEqual(["one"])
    expect(await names({ event: { remove: true } })).toEqual(["two"])
    expect(await names({ type: ["service"] })).toEqual([])
    expect(await names({ config: ["one"] })).toEqual([])
    expect(await names({ scope: ["swarm"], bogus: ["1"] })).toEqual(["one", "two"])
  })

  test("times that are none, or the wrong way round, are refused", async () => {
    const served = await open({})
    expect(await http(served.url, "GET", "/events?since=x")).toMatchObject({ status: 500 })
    expect(await http(served.url, "GET", "/events?since=9&until=5")).toMatchObject({ status: 400 })
  })
})

const member = {
  taskId: "t1",
  serviceId: "s1",
  nodeId: "n1",
  name: "web.1.t1",
  hostname: "host",
  reachable: true,
}

describe("logs", () => {
  function world(): World {
    const made = new World()
    made.addNode("m1", "manager")
    made.ask({
      op: "service.create",
      spec: { Name: "web", TaskTemplate: { ContainerSpec: { Image: "nginx" } } },
    })
    return made
  }

  const said: LogLines = {
    member,
    entries: [
      { stream: "stdout", at: start, data: "one\n" },
      { stream: "stderr", at: start + 5, data: "two\n" },
    ],
  }

  test("lines come in frames, with details and times where they are asked for", async () => {
    const asked: Array<LogOptions> = []
    const logs = (_: unknown, options: LogOptions) => {
      asked.push(options)
      return Stream.make(said)
    }
    const served = await open({ world: world(), gateway: { logs } })
    const { text } = await http(served.url, "GET", "/services/web/logs?stdout=1&stderr=1&details=1&timestamps=1&tail=5")
    const details = "com.docker.swarm.node.id=n1,com.docker.swarm.service.id=s1,com.docker.swarm.task.id=t1"
    expect(text).toContain(`.000000000Z ${details} one\n`)
    expect(text).toContain(`.005000000Z ${details} two\n`)
    expect([text.codePointAt(0), text.codePointAt(4)]).toEqual([1, 0])
    expect(asked).toEqual([{ follow: false, stdout: true, stderr: true, tail: 5 }])
  })

  test("an error that comes late is told in a frame of its own kind", async () => {
    const served = await open({ world: world(), gateway: { logs: () => Stream.fail(apiError(500, "no leader")) } })
    const { status, text } = await http(served.url, "GET", "/services/web/logs?stdout=1")
    expect(status).toBe(200)
    expect([text.codePointAt(0), text.slice(8)]).toEqual([3, "no leader"])
  })

  test.each([
    ["/services/nosuch/logs?stdout=1", 404, "service nosuch not found"],
    ["/tasks/nosuch/logs?stdout=1", 404, "task nosuch not found"],
    ["/services/web/logs", 500, "Bad parameters: you must choose at least one stream"],
    ["/services/web/logs?stdout=1&tail=x", 500, 'tail value must be a positive integer or "all"'],
    ["/services/web/logs?stdout=1&tail=-1", 500, "negative tail values not supported"],
  ])("%s is refused with %d", async (path, status, message) => {
    const served = await open({ world: world() })
    expect(await http(served.url, "GET", path)).toMatchObject({ status, body: { message } })
  })

  test.each([
    ["/v1.41", "application/vnd.docker.raw-stream"],
    ["/v1.42", "application/vnd.docker.multiplexed-stream"],
  ])("at %s the type of the answer is %s", async (prefix, type) => {
    const served = await open({ world: world(), local: { apiVersion: "1.47" } })
    const { headers } = await http(served.url, "GET", `${prefix}/services/web/logs?stdout=1`)
    expect(headers["content-type"]).toBe(type)
  })
})

/** Bounded: five seconds. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn > 500) expect.unreachable("it did not come to be")
    await pause(10)
  }
}
