import { logStorageContract } from "../contract.ts"
import { opened, temporaryPath } from "./temporary.ts"

logStorageContract("sqlite", () => {
  const path = temporaryPath()
  let storage = opened(path)
  return {
    storage: {
      load: () => storage.load(),
      save: (save) => storage.save(save),
    },
    reopen() {
      storage.close()
      storage = opened(path)
      return storage
    },
  }
})
