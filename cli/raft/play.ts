import {
  type Difference,
  differences,
  type Parsed,
  parseScript,
  playScript,
  showError,
  writeScript,
} from "../../raft/testing/index.ts"
import { readContent } from "../args/content.ts"
import { bool } from "../args/flag.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"

export const command = define({
  usage: "[OPTIONS] FILE|-",
  arity: exactly(1),
  flags: { check: bool("Print nothing, and fail when the members say anything else than the file expects") },
  examples: [
    ["drydock raft play election.txt", "the script with what the members say to each other"],
    ["drydock raft play --check election.txt", "whether that is what the file expects"],
  ],
  async run(cli, { flags, args: [file = ""] }) {
    const text = (await readContent(cli, file)).toString("utf8")
    const script = orFail(parseScript(file, text)).script
    const { transcripts } = orFail(playScript(script))
    if (!flags.check) return cli.out(writeScript(script, transcripts))
    const found = differences(script, transcripts)
    if (found.length > 0) throw new CliError(found.map((one) => showDifference(file, one)).join("\n"))
  },
})

function orFail<A extends { readonly ok: true }>(result: A | Extract<Parsed, { ok: false }>): A {
  if (result.ok) return result
  throw new CliError(showError(result.error))
}

const showDifference = (file: string, { line, expected, actual }: Difference): string =>
  `${file}:${line}: expected: ${expected ?? "(nothing)"}\n${file}:${line}: actual:   ${actual ?? "(nothing)"}`
