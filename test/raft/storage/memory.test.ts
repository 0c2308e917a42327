import { MemoryLogStorage } from "../../../raft/index.ts"
import { logStorageContract } from "./contract.ts"

logStorageContract("memory", () => {
  const storage = new MemoryLogStorage()
  return { storage, reopen: () => storage }
})
