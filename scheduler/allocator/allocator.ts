import type { ControlLoop } from "../loop.ts"
import { Allocation } from "./allocation.ts"
import { ServiceAllocator } from "./services.ts"
import { TaskAllocator } from "./tasks.ts"

/**
 * Subnets, addresses, virtual IPs and published ports. Two loops: services are given what they need before their tasks are made, tasks
 * after, so that one cycle is enough for both. Source: swarmkit manager/allocator.
 */
export class Allocator {
  readonly #allocation = new Allocation()
  readonly services: ControlLoop = new ServiceAllocator(this.#allocation)
  readonly tasks: ControlLoop = new TaskAllocator(this.#allocation)
}
