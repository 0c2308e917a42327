import { Stepper } from "../../core/stepper.ts"
import { Agent, type AgentInput, type AgentOutput } from "../agent/agent.ts"
import type { ManagerInput, ManagerOutput } from "../manager/io.ts"
import { Manager } from "../manager/manager.ts"
import type { Identity } from "./identity.ts"
import type { Platform } from "./platform.ts"

/** A machine that runs: it and what drives it. */
export interface Running<Part, Input> {
  readonly machine: Part
  readonly input: (input: Input) => void
  readonly wake: () => void
  readonly stop: () => void
}

/** The node's manager, started from what its storage holds. `carryOut` gets every output but `save`. */
export function startManager(
  platform: Platform,
  identity: Identity & { readonly raftId: number },
  hands: { readonly save: SaveHand; readonly carryOut: (output: ManagerOutput) => void },
): Running<Manager, ManagerInput> {
  const machine = new Manager({
    nodeId: identity.nodeId,
    raftId: identity.raftId,
    addr: identity.advertiseAddr,
    founding: identity.founding,
    remotes: identity.managers.filter((manager) => manager.nodeId !== identity.nodeId),
    random: platform.random.fork("manager"),
    now: platform.now(),
    stored: platform.member.load(),
    limits: platform.raftLimits,
  })
  const running: Running<Manager, ManagerInput> = drive<Manager, ManagerInput, ManagerOutput>(platform, machine, {
    carryOut: (output) => {
      platform.observeManager?.(output)
      if (output.type !== "save") return hands.carryOut(output)
      const { ticket } = output
      hands.save(output, (durable) => running.input({ type: durable ? "saved" : "save-failed", ticket }))
    },
    trace: platform.trace?.manager,
  })
  return running
}

type SaveHand = (save: Extract<ManagerOutput, { type: "save" }>, done: (durable: boolean) => void) => void

export function startAgent(
  platform: Platform,
  identity: Identity,
  carryOut: (output: AgentOutput) => void,
): Running<Agent, AgentInput> {
  const machine = new Agent({
    nodeId: identity.nodeId,
    addr: identity.addr,
    managerAddr: identity.advertiseAddr,
    description: describe(platform, identity),
    managers: identity.managers,
    random: platform.random.fork("agent"),
    now: platform.now(),
  })
  return drive<Agent, AgentInput, AgentOutput>(platform, machine, {
    carryOut: (output) => {
      platform.observeAgent?.(output)
      carryOut(output)
    },
    trace: platform.trace?.agent,
  })
}

/** The machine, with what its certificate says. */
export const describe = (platform: Platform, { certificate }: Identity) => ({
  ...platform.describe(),
  TLSInfo: certificate.tls,
})

function drive<Part extends Stepper<Input, Output>["machine"], Input, Output>(
  platform: Platform,
  machine: Part,
  hands: {
    readonly carryOut: (output: Output) => void
    readonly trace:
      | ((now: number, input: Input | { readonly type: "wake" }, outputs: ReadonlyArray<Output>) => void)
      | undefined
  },
): Running<Part, Input> {
  const setAlarm = platform.alarm(() => stepper.wake())
  const stepper: Stepper<Input, Output> = new Stepper<Input, Output>(machine, {
    now: platform.now,
    carryOut: hands.carryOut,
    setAlarm,
    ...(hands.trace && { observe: hands.trace }),
  })
  return {
    machine,
    input: (input) => stepper.input(input),
    wake: () => stepper.wake(),
    stop: () => stepper.stop(),
  }
}
