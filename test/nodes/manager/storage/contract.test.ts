import { aes } from "../../../raft/storage/sqlite/aes.ts"
import { managerStorageContract } from "./contract.ts"

managerStorageContract("open", undefined)
managerStorageContract("sealed", aes(1))
