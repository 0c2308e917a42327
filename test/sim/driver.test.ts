import { Random } from "../../core/random.ts"
import { Stepper } from "../../core/stepper.ts"
import { Disk } from "../../sim/disk/disk.ts"
import { EventQueue } from "../../sim/time/event-queue.ts"
import { WakeTimer } from "../../sim/time/wake-timer.ts"
import { type DriverUnderTest, driverContract, type MakeDriver } from "../core/driver-contract.ts"

const simulated: MakeDriver = (machine): DriverUnderTest => {
  const queue = new EventQueue()
  const disk = new Disk<number>(queue, new Random("disk"), () => {})
  const carriedOut: Array<DriverUnderTest["carriedOut"][number]> = []
  const timer = new WakeTimer(queue, () => stepper.wake())
  const stepper: Stepper<Parameters<DriverUnderTest["input"]>[0], DriverUnderTest["carriedOut"][number]> = new Stepper(
    machine,
    {
      now: () => queue.now,
      setAlarm: (at) => timer.set(at),
      carryOut: (output) => {
        carriedOut.push(output)
        if (output.type === "again") stepper.input({ type: "say", word: output.word })
        if (output.type === "save") {
          const { ticket } = output
          disk.write(ticket, () => stepper.input({ type: "saved", ticket }))
        }
      },
    },
  )
  return {
    carriedOut,
    input: (input) => stepper.input(input),
    advance: async (ms) => queue.runFor(ms),
    crash: () => {
      stepper.stop()
      disk.crash()
    },
  }
}

driverContract("simulated", simulated)
