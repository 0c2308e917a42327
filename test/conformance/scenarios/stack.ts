import type { Scenario } from "../scenario.ts"

export const stack: Scenario = {
  name: "stack",
  about: "The voting shop, deployed, looked at, deployed anew and removed",
  steps: [
    { cmd: "stack deploy -c shop.yml shop", settle: "running", view: { sorted: true } },
    { cmd: "stack ls" },
    { cmd: "stack services shop" },
    { cmd: "stack ps shop", view: { nodes: "any" } },
    { cmd: "stack ps --filter name=shop_db --format '{{.Name}} {{.Image}} {{.DesiredState}} {{.Error}}' shop" },
    { cmd: "service ls" },
    { cmd: "service inspect shop_vote", view: { json: true } },
    { cmd: "service inspect shop_db", view: { json: true } },
    { cmd: "service inspect --pretty shop_result" },
    { cmd: "service ps shop_vote", view: { nodes: "any" } },
    { cmd: "network ls" },
    {
      cmd: "network inspect --format '{{.Name}} {{.Scope}} {{.Driver}} {{.Attachable}} {{json .Labels}}' shop_backend",
    },
    { cmd: "stack deploy -c shop.yml shop", settle: "running", view: { sorted: true } },
    { cmd: "stack ps shop", view: { nodes: "any" } },
    {
      cmd: "stack deploy --detach=false -c shop-next.yml shop",
      settle: "running",
      // Docker waits for one service after the other, and says nothing of an update that is over when its turn comes.
      view: { sorted: true, replace: [[/^(overall progress|verify): .*\n/gm, ""]] },
    },
    { cmd: "stack services shop" },
    { cmd: "stack ps shop", view: { nodes: "any" } },
    { cmd: "stack deploy --detach=true --prune -c shop-next.yml shop", settle: "running", view: { sorted: true } },
    { cmd: "stack ls" },
    { cmd: "stack services --format '{{.Name}} {{.Mode}} {{.Replicas}} {{.Image}} {{.Ports}}' shop" },
    { cmd: "stack services --filter name=shop_db -q shop" },
    { cmd: "stack rm shop", settle: "running", view: { sorted: true } },
    { cmd: "stack ls" },
    { cmd: "service ls" },
    { cmd: "network ls" },
    { cmd: "stack deploy --detach=false -c shop.yml shop", settle: "running", view: { sorted: true } },
    // Not --detach=false: docker 28 counts the tasks that have ended anew at every poll, and at times waits for ever.
    { cmd: "stack rm --detach=true shop", settle: "running", view: { sorted: true } },
    { cmd: "stack ps shop" },
  ],
}
