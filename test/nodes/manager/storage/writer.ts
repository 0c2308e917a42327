// A manager's storage at work until the process is killed; says on its standard output which entries are durable.
import { writeSync } from "node:fs"
import { ManagerStorage } from "../../../../nodes/manager/storage/manager-storage.ts"
import { Member } from "./member.ts"

const member = new Member(new ManagerStorage(process.argv[2] ?? ""), 20)
for (;;) {
  const { next } = member
  member.work()
  writeSync(1, `${next}\n`)
}
