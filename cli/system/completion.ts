import { command as define, exactly } from "../command.ts"
import type { Branch } from "../completion/words.ts"
import { CliError } from "../errors.ts"

const shells = {
  bash: async () => (await import("../completion/bash.ts")).bashScript,
  zsh: async () => (await import("../completion/zsh.ts")).zshScript,
  fish: async () => (await import("../completion/fish.ts")).fishScript,
}

const isShell = (text: string): text is keyof typeof shells => Object.hasOwn(shells, text)

/** `drydock completion`, for the commands below `root`. */
export const completionOf = (root: Branch) =>
  define({
    usage: "bash|zsh|fish",
    arity: exactly(1),
    flags: {},
    examples: [
      ['eval "$(drydock completion bash)"', "in this shell"],
      ["drydock completion bash > /etc/bash_completion.d/drydock", "in every bash from now on"],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell puts it in
      ['drydock completion zsh > "${fpath[1]}/_drydock"', "in every zsh from now on"],
      ["drydock completion fish > ~/.config/fish/completions/drydock.fish", "in every fish from now on"],
    ],
    async run(cli, { args: [shell = ""] }) {
      if (!isShell(shell)) throw new CliError(`there is no completion for ${shell}: only bash, zsh, fish`)
      const script = await shells[shell]()
      const { placesOf } = await import("../completion/words.ts")
      cli.out(script(await placesOf(root)))
    },
  })
