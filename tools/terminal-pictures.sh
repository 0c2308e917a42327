#!/bin/sh
# Makes the pictures of docs/terminal.md: a simulated cluster in some trouble, drawn by drydock watch itself.
set -e
cd "$(dirname "$0")/.."
log=$(mktemp)
node dist/cli/main.js sim --demo --port 0 --seed monday --no-screen > "$log" 2>&1 &
sim=$!
trap 'kill $sim; rm -f "$log"' EXIT
until grep -q DOCKER_HOST= "$log"; do sleep 0.2; done
DOCKER_HOST=$(sed -n 's/.*DOCKER_HOST=//p' "$log" | head -1)
export DOCKER_HOST
drydock() { node dist/cli/main.js "$@"; }
# A view as it was so many milliseconds after the beginning.
past() { drydock watch --once --view "$1" --at "$2ms" --format svg > "docs/images/watch-$3.svg"; }
picture() { drydock watch --once --view "$1" --format svg > "docs/images/watch-$1.svg"; }

drydock service scale shop_vote=6 shop_result=3
drydock service create -d --name reports --replicas 2 --reserve-cpu 3 nginx > /dev/null 2>&1
drydock service create -d --name archive --reserve-memory 64g nginx > /dev/null 2>&1
sleep 4
drydock service update -d --image dockersamples/examplevotingapp_vote:after shop_vote > /dev/null 2>&1
sleep 1
picture services
drydock machine crash worker3
sleep 8
picture cluster
past time 9000 time
leader=$(drydock machine ls --format '{{.Name}} {{.Leader}}' | sed -n 's/ \*$//p')
drydock machine cut "$leader"
# It still believes that it leads, and writes down what it cannot get a majority for.
asked=$(drydock machine ls --format '{{.Name}} {{.Address}}' | sed -n "s/^$leader //p")
timeout 1 node dist/cli/main.js -H "$asked" service scale -d shop_redis=2 > /dev/null 2>&1 || true
sleep 3
picture raft
# The latest moment at which a vote was on its way.
voted=$(node -e '
const history = `${process.argv[1].replace("tcp", "http")}/drydock/sim/history?event=`
const look = async (event) => await (await fetch(history + event)).json()
const { End } = await look(0)
for (let event = End.Event; event > 0; event--) {
  const { At, Status } = await look(event)
  if (!Status.messages.some(({ type }) => type === "vote")) continue
  console.log(At - Status.simulation.started)
  break
}' "$DOCKER_HOST")
past raft "$voted" election
