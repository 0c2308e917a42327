import type { Answer } from "../../../core/errors.ts"
import { admitNode, renewNode } from "./admission.ts"
import { createConfig, inspectConfig, listConfigs, removeConfig, updateConfig } from "./configs.ts"
import type { ControlContext } from "./context.ts"
import { createNetwork, inspectNetwork, listNetworks, removeNetwork } from "./networks.ts"
import { inspectNode, leaveGroup, listNodes, removeNode, updateNode } from "./nodes.ts"
import { explain, plan, rebalance, showCapacity } from "./planning.ts"
import type { ControlRequest } from "./request.ts"
import { createSecret, inspectSecret, listSecrets, removeSecret, updateSecret } from "./secrets.ts"
import { createService, inspectService, listServices, removeService, updateService } from "./services.ts"
import { inspectSwarm, swarmInfo } from "./swarm.ts"
import { unlockKey, updateSwarm } from "./swarm-update.ts"
import { inspectTask, listTasks } from "./tasks.ts"

/**
 * Carries out a request in the transaction of the context. Writes are made only after every check has passed, so a refused request leaves
 * nothing behind. The value is the body of the HTTP answer as the Engine API has it; null where it has none.
 */
export function answer(context: ControlContext, request: ControlRequest): Answer<unknown> {
  switch (request.op) {
    case "node.list":
      return listNodes(context, request.filters)
    case "node.inspect":
      return inspectNode(context, request.name)
    case "node.update":
      return updateNode(context, request.name, request.version, request.spec)
    case "node.remove":
      return removeNode(context, request.name, request.force)
    case "node.admit":
      return admitNode(context, request)
    case "node.renew":
      return renewNode(context, request.nodeId)
    case "node.leave":
      return leaveGroup(context, request.nodeId)
    case "service.list":
      return listServices(context, request.filters, request.status)
    case "service.inspect":
      return inspectService(context, request.name, request.insertDefaults)
    case "service.create":
      return createService(context, request.spec)
    case "service.update":
      return updateService(context, request)
    case "service.remove":
      return removeService(context, request.name)
    case "task.list":
      return listTasks(context, request.filters)
    case "task.inspect":
      return inspectTask(context, request.name)
    case "network.list":
      return listNetworks(context, request.filters)
    case "network.inspect":
      return inspectNetwork(context, request.name)
    case "network.create":
      return createNetwork(context, request.spec)
    case "network.remove":
      return removeNetwork(context, request.name)
    case "secret.list":
      return listSecrets(context, request.filters)
    case "secret.inspect":
      return inspectSecret(context, request.name)
    case "secret.create":
      return createSecret(context, request.spec)
    case "secret.update":
      return updateSecret(context, request.name, request.version, request.spec)
    case "secret.remove":
      return removeSecret(context, request.name)
    case "config.list":
      return listConfigs(context, request.filters)
    case "config.inspect":
      return inspectConfig(context, request.name)
    case "config.create":
      return createConfig(context, request.spec)
    case "config.update":
      return updateConfig(context, request.name, request.version, request.spec)
    case "config.remove":
      return removeConfig(context, request.name)
    case "explain":
      return explain(context, request.name)
    case "capacity":
      return showCapacity(context, request.service)
    case "rebalance":
      return rebalance(context, request.moves, request.dryRun)
    case "plan":
      return plan(context, request.requests, answer)
    case "swarm.inspect":
      return inspectSwarm(context)
    case "swarm.unlockkey":
      return unlockKey(context)
    case "swarm.update":
      return updateSwarm(context, request, request.secrets)
    case "swarm.info":
      return swarmInfo(context)
  }
}
