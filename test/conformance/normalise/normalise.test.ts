import { expect, test } from "vitest"
import { normalise } from "./normalise.ts"

const names = new Map([
  ["node1", "manager1"],
  ["node4", "worker1"],
])

function lines(stdout: string, view = {}): ReadonlyArray<string> {
  return normalise({ code: 0, stdout, stderr: "" }, view, names).stdout
}

const tasks = [
  "ID             NAME        IMAGE          NODE      DESIRED STATE   CURRENT STATE               ERROR      PORTS",
  "0zs2h21k9ya8   web.1       busybox:1.36   node4     Running         Running 1 second ago                   ",
  '68tzusxo0yoe    \\_ web.1   busybox:1.36   node1     Shutdown        Failed about a minute ago   "stop…"    *:80->80/tcp',
  "",
].join("\n")

test("a table keeps its empty cells and loses its padding, identifiers, times and host names", () => {
  expect(lines(tasks)).toEqual([
    "ID | NAME | IMAGE | NODE | DESIRED STATE | CURRENT STATE | ERROR | PORTS",
    "<id> | web.1 | busybox:1.36 | worker1 | Running | Running <ago> |  |",
    '<id> | \\_ web.1 | busybox:1.36 | manager1 | Shutdown | Failed <ago> | "stop…" | *:80->80/tcp',
  ])
})

test("arbitrary nodes are hidden, shuffled ones are kept as a set", () => {
  const table = ["ID             NAME   NODE", "abcdefghijkl   a      node4", "abcdefghijkm   b      node1", ""].join(
    "\n",
  )
  expect(lines(table, { nodes: "any" })).toEqual(["ID | NAME | NODE", "<id> | a | <node>", "<id> | b | <node>"])
  expect(lines(table, { nodes: "shuffled" })).toEqual(["ID | NAME | NODE", "<id> | a | manager1", "<id> | b | worker1"])
})

test("of the progress, the last count of each service and the verdict stay", () => {
  const printed = [
    "lyz0qqh8845vhtyisxlcx9m1q",
    "overall progress: 0 out of 2 tasks",
    "1/2:  ",
    "2/2: preparing [=====>     ]",
    "overall progress: 1 out of 2 tasks",
    "overall progress: 2 out of 2 tasks",
    "verify: Waiting 5 seconds to verify that tasks are stable...",
    "verify: Service lyz0qqh8845vhtyisxlcx9m1q converged",
    "",
  ].join("\n")
  expect(lines(printed)).toEqual(["<id>", "overall progress: 2 out of 2 tasks", "verify: Service <id> converged"])
})

test("words of twelve letters in running text are no identifiers", () => {
  expect(lines("invalid availability\n")).toEqual(["invalid availability"])
  expect(lines("0zs2h21k9ya8\n")).toEqual(["<id>"])
})

test("a section ends where the indentation does", () => {
  expect(lines("A:\n Swarm: active\n  NodeID: x\n   Deep: y\n Runtimes: runc\n", { section: "Swarm" })).toEqual([
    " Swarm: active",
    "  NodeID: x",
    "   Deep: y",
  ])
})

test("masked JSON must still be there", () => {
  const stdout =
    '[{"ID":"lyz0qqh8845vhtyisxlcx9m1q","Version":{"Index":80},"CPUs":2,"At":"2026-11-23T17:53:37.512491314Z"}]'
  const view = { json: true, mask: ["0.CPUs", "0.Memory"] }
  expect(normalise({ code: 0, stdout, stderr: "" }, view, names).json).toEqual([
    { ID: "<id>", Version: { Index: "<index>" }, CPUs: "<masked>", At: "<time>" },
  ])
})

test("output that should be JSON and is not is compared as text", () => {
  expect(lines("page not found\n", { json: true })).toEqual(["page not found"])
})
