import * as machineCommands from "./machine-commands.ts"
import { type Group, ls, rm } from "./table.ts"

const service: Group = {
  summary: "Manage services",
  commands: {
    create: { summary: "Create a new service", load: () => import("./service/create.ts") },
    inspect: {
      summary: "Display detailed information on one or more services",
      load: () => import("./service/inspect.ts"),
    },
    logs: { summary: "Fetch the logs of a service or task", load: () => import("./service/logs.ts") },
    ls: { summary: "List services", aliases: ls, load: () => import("./service/ls.ts") },
    ps: { summary: "List the tasks of one or more services", load: () => import("./service/ps.ts") },
    rm: { summary: "Remove one or more services", aliases: rm, load: () => import("./service/rm.ts") },
    rollback: { summary: "Revert changes to a service's configuration", load: () => import("./service/rollback.ts") },
    scale: { summary: "Scale one or multiple replicated services", load: () => import("./service/scale.ts") },
    update: { summary: "Update a service", load: () => import("./service/update.ts") },
  },
}

const node: Group = {
  summary: "Manage nodes",
  commands: {
    demote: { summary: "Demote one or more nodes from manager in the swarm", load: () => import("./node/demote.ts") },
    inspect: { summary: "Display detailed information on one or more nodes", load: () => import("./node/inspect.ts") },
    ls: { summary: "List nodes in the swarm", aliases: ls, load: () => import("./node/ls.ts") },
    promote: { summary: "Promote one or more nodes to manager in the swarm", load: () => import("./node/promote.ts") },
    ps: {
      summary: "List tasks running on one or more nodes, defaults to current node",
      load: () => import("./node/ps.ts"),
    },
    rm: { summary: "Remove one or more nodes from the swarm", aliases: rm, load: () => import("./node/rm.ts") },
    update: { summary: "Update a node", load: () => import("./node/update.ts") },
  },
}

const swarm: Group = {
  summary: "Manage Swarm",
  commands: {
    ca: { summary: "Display and rotate the root CA", load: () => import("./swarm/ca.ts") },
    init: { summary: "Initialize a swarm", load: () => import("./swarm/init.ts") },
    join: { summary: "Join a swarm as a node and/or manager", load: () => import("./swarm/join.ts") },
    "join-token": { summary: "Manage join tokens", load: () => import("./swarm/join-token.ts") },
    leave: { summary: "Leave the swarm", load: () => import("./swarm/leave.ts") },
    unlock: { summary: "Unlock swarm", load: () => import("./swarm/unlock.ts") },
    "unlock-key": { summary: "Manage the unlock key", load: () => import("./swarm/unlock-key.ts") },
    update: { summary: "Update the swarm", load: () => import("./swarm/update.ts") },
  },
}

const task: Group = {
  summary: "Look at tasks",
  commands: {
    inspect: { summary: "Display detailed information on one or more tasks", load: () => import("./task/inspect.ts") },
    logs: { summary: "Fetch the logs of a task", load: () => import("./task/logs.ts") },
    ls: { summary: "List tasks", aliases: ls, load: () => import("./task/ls.ts") },
  },
}

const events = { summary: "Get real time events from the server", load: () => import("./system/events.ts") }
const info = { summary: "Display system-wide information", load: () => import("./system/info.ts") }

const system: Group = {
  summary: "Manage Docker",
  commands: { events, info, prune: { summary: "Remove unused data", load: () => import("./system/prune.ts") } },
}

const stack: Group = {
  summary: "Manage stacks",
  commands: {
    config: {
      summary: "Outputs the final config file, after doing merges and interpolations",
      load: () => import("./stack/config.ts"),
    },
    deploy: {
      summary: "Deploy a new stack or update an existing stack",
      aliases: ["up"],
      load: () => import("./stack/deploy.ts"),
    },
    diff: {
      summary: "Show what a deploy would change, service by service",
      load: () => import("./stack/diff.ts"),
    },
    ls: { summary: "List stacks", aliases: ls, load: () => import("./stack/ls.ts") },
    ps: { summary: "List the tasks in the stack", load: () => import("./stack/ps.ts") },
    rm: { summary: "Remove one or more stacks", aliases: ["remove", "down"], load: () => import("./stack/rm.ts") },
    services: { summary: "List the services in the stack", load: () => import("./stack/services.ts") },
  },
}

const compose: Group = {
  summary: "Read projects of the Compose Specification",
  options: async () => (await import("./compose/project.ts")).projectFlags,
  commands: {
    config: {
      summary: "Parse, resolve and render compose file in canonical format",
      aliases: ["convert"],
      load: () => import("./compose/config.ts"),
    },
  },
}

const network: Group = {
  summary: "Manage networks",
  commands: {
    create: { summary: "Create a network", load: () => import("./network/create.ts") },
    inspect: {
      summary: "Display detailed information on one or more networks",
      load: () => import("./network/inspect.ts"),
    },
    ls: { summary: "List networks", aliases: ls, load: () => import("./network/ls.ts") },
    prune: { summary: "Remove all unused networks", load: () => import("./network/prune.ts") },
    rm: { summary: "Remove one or more networks", aliases: rm, load: () => import("./network/rm.ts") },
  },
}

const secret: Group = {
  summary: "Manage secrets",
  commands: {
    create: { summary: "Create a secret from a file or STDIN as content", load: () => import("./secret/create.ts") },
    inspect: {
      summary: "Display detailed information on one or more secrets",
      load: () => import("./secret/inspect.ts"),
    },
    ls: { summary: "List secrets", aliases: ls, load: () => import("./secret/ls.ts") },
    rm: { summary: "Remove one or more secrets", aliases: rm, load: () => import("./secret/rm.ts") },
  },
}

const config: Group = {
  summary: "Manage configs",
  commands: {
    create: { summary: "Create a config from a file or STDIN", load: () => import("./config/create.ts") },
    inspect: {
      summary: "Display detailed information on one or more configs",
      load: () => import("./config/inspect.ts"),
    },
    ls: { summary: "List configs", aliases: ls, load: () => import("./config/ls.ts") },
    rm: { summary: "Remove one or more configs", aliases: rm, load: () => import("./config/rm.ts") },
  },
}

const machine: Group = {
  summary: "Make, break and mend the machines of a simulated cluster",
  commands: {
    create: { summary: "Create a machine that belongs to no swarm yet", load: () => import("./machine/create.ts") },
    env: { summary: "Print the shell lines that point docker at a machine", load: () => import("./machine/env.ts") },
    crash: { summary: "Crash machines, as if they lost power", load: () => import("./machine/crash.ts") },
    cut: {
      summary: "Cut the network between two machines, or one machine off from all",
      load: () => import("./machine/cut.ts"),
    },
    heal: { summary: "Mend every cut of the network", load: () => import("./machine/heal.ts") },
    ls: { summary: "List the machines", aliases: ls, load: () => import("./machine/ls.ts") },
    rm: { summary: "Take machines away for good", aliases: rm, load: () => import("./machine/rm.ts") },
    start: { summary: "Start machines again that crashed or were stopped", load: () => import("./machine/start.ts") },
    stop: { summary: "Shut machines down in good order", load: () => import("./machine/stop.ts") },
  },
}

const raft: Group = {
  summary: "Study Raft",
  commands: {
    play: { summary: "Play a conversation between Raft members", load: () => import("./raft/play.ts") },
  },
}

export const root: Group = {
  summary: "Docker Swarm that you can rehearse",
  commands: {
    capacity: {
      summary: "Show what nodes have reserved, and how many more tasks of a service would fit",
      load: () => import("./planning/capacity.ts"),
    },
    chaos: { summary: "Play Raft groups under faults, seed after seed", load: () => import("./chaos/command.ts") },
    daemon: {
      summary: "Run a node of a real cluster beside this host's engine",
      load: () => import("./daemon/command.ts"),
    },
    down: { summary: "End the cluster that drydock up started", load: () => import("./up/down-command.ts") },
    up: { summary: "Start a cluster of real daemons on this machine", load: () => import("./up/command.ts") },
    explain: {
      summary: "Explain why tasks are where they are, or nowhere",
      load: () => import("./planning/explain.ts"),
    },
    rebalance: { summary: "Move tasks to emptier nodes", load: () => import("./planning/rebalance.ts") },
    sim: { summary: "Run a simulated cluster that the docker CLI can talk to", load: () => import("./sim/command.ts") },
    watch: { summary: "Watch a cluster: nodes, services, tasks, events", load: () => import("./system/watch.ts") },
    compose,
    config,
    container: machineCommands.container,
    image: machineCommands.image,
    machine,
    network,
    node,
    raft,
    secret,
    service,
    stack,
    swarm,
    system,
    task,
    volume: machineCommands.volume,
    completion: {
      summary: "Print a script with which a shell completes commands and options",
      load: async () => ({ command: (await import("./system/completion.ts")).completionOf(root) }),
    },
    events,
    images: machineCommands.images,
    info,
    inspect: { summary: "Return low-level information on Docker objects", load: () => import("./system/inspect.ts") },
    kill: machineCommands.kill,
    logs: machineCommands.logs,
    ps: machineCommands.ps,
    pull: machineCommands.pull,
    restart: machineCommands.restart,
    rm: machineCommands.rm,
    rmi: machineCommands.rmi,
    start: machineCommands.start,
    stop: machineCommands.stop,
    wait: machineCommands.wait,
    version: { summary: "Show the version information", load: () => import("./system/version.ts") },
  },
}
