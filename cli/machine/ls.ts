import { bool, format } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { capitalize } from "../format/human.ts"
import { type Listing, type Row, renderList } from "../format/listing.ts"
import { byName } from "../format/natural.ts"
import { type Machine, machines } from "./api.ts"

const listing: Listing = {
  type: "*machine.machineContext",
  headers: { ID: "NAME", Name: "NAME", Role: "ROLE", State: "STATE", Leader: "LEADER", Address: "ADDRESS" },
  columns: ["Name", "Role", "State", "Leader", "Address"],
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { format: format(), quiet: bool("Only display names", { short: "q" }) },
  examples: [["drydock machine ls", "which machines run, and where each manager can be reached"]],
  async run(cli, { flags }) {
    const list = await machines(cli.engine, cli.host).list()
    const rows = [...list].sort(byName((machine) => machine.Name)).map(machineRow)
    cli.out(await renderList(listing, rows, flags))
  },
})

const machineRow = (machine: Machine): Row => ({
  ID: machine.Name,
  Name: machine.Name,
  Role: machine.Role,
  State: capitalize(machine.State),
  Leader: machine.Leader === true ? "*" : "",
  Address: machine.Port === undefined ? "" : `tcp://127.0.0.1:${machine.Port}`,
})
