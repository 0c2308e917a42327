import { text } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { actOnAll } from "./act.ts"

export const command = define({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  arity: atLeast(1),
  flags: { signal: text("Signal to send to the container", { short: "s" }) },
  examples: [
    ["drydock kill CONTAINER", "what a task does whose process is killed: its service replaces it"],
    ["drydock kill --signal HUP CONTAINER", "another signal than KILL"],
  ],
  run: (cli, { flags, args }) => {
    const query = { signal: flags.signal === "" ? undefined : flags.signal }
    return actOnAll(cli, args, (name) => cli.engine.post(at("containers", name, "/kill"), { query }))
  },
})
