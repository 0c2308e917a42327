import { type Group, type Leaf, ls } from "./table.ts"

// What docker has for one machine: its containers, images and volumes.

const leaf = {
  ps: { summary: "List containers", load: () => import("./container/ls.ts") },
  inspect: {
    summary: "Display detailed information on one or more containers",
    load: () => import("./container/inspect.ts"),
  },
  kill: { summary: "Kill one or more running containers", load: () => import("./container/kill.ts") },
  logs: { summary: "Fetch the logs of a container", load: () => import("./container/logs.ts") },
  restart: { summary: "Restart one or more containers", load: () => import("./container/restart.ts") },
  rm: { summary: "Remove one or more containers", load: () => import("./container/rm.ts") },
  start: { summary: "Start one or more stopped containers", load: () => import("./container/start.ts") },
  stop: { summary: "Stop one or more running containers", load: () => import("./container/stop.ts") },
  wait: {
    summary: "Block until one or more containers stop, then print their exit codes",
    load: () => import("./container/wait.ts"),
  },
  images: { summary: "List images", load: () => import("./image/ls.ts") },
  pull: { summary: "Download an image from a registry", load: () => import("./image/pull.ts") },
  rmi: { summary: "Remove one or more images", load: () => import("./image/rm.ts") },
} satisfies Record<string, Leaf>

export const container: Group = {
  summary: "Manage containers",
  commands: {
    inspect: leaf.inspect,
    kill: leaf.kill,
    logs: leaf.logs,
    ls: { ...leaf.ps, aliases: ["ps", "list"] },
    prune: { summary: "Remove all stopped containers", load: () => import("./container/prune.ts") },
    restart: leaf.restart,
    rm: { ...leaf.rm, aliases: ["remove"] },
    start: leaf.start,
    stop: leaf.stop,
    wait: leaf.wait,
  },
}

export const image: Group = {
  summary: "Manage images",
  commands: {
    inspect: {
      summary: "Display detailed information on one or more images",
      load: () => import("./image/inspect.ts"),
    },
    ls: { ...leaf.images, aliases: ls },
    prune: { summary: "Remove unused images", load: () => import("./image/prune.ts") },
    pull: leaf.pull,
    rm: { ...leaf.rmi, aliases: ["rmi", "remove"] },
  },
}

export const volume: Group = {
  summary: "Manage volumes",
  commands: {
    create: { summary: "Create a volume", load: () => import("./volume/create.ts") },
    inspect: {
      summary: "Display detailed information on one or more volumes",
      load: () => import("./volume/inspect.ts"),
    },
    ls: { summary: "List volumes", aliases: ls, load: () => import("./volume/ls.ts") },
    prune: { summary: "Remove unused local volumes", load: () => import("./volume/prune.ts") },
    rm: { summary: "Remove one or more volumes", aliases: ["remove"], load: () => import("./volume/rm.ts") },
  },
}

/** What docker has without a group, too. */
export const { ps, kill, logs, restart, rm, start, stop, wait, images, pull, rmi } = leaf
