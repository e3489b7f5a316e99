#!/bin/sh
# Set-up for the make targets. Does nothing when nothing changed.
#
#   setup.sh                        npm packages and Node 24
#   setup.sh stack <target> <name>  the same, after checking that the stack exists
#   setup.sh stacks                 lists the stacks
set -eu
cd "$(dirname "$0")/.."

fail() {
  echo "error: $1" >&2
  exit 2
}

stacks() {
  for file in Pulumi.*.yaml; do
    if [ -f "$file" ]; then
      name=${file#Pulumi.}
      printf '%s ' "${name%.yaml}"
    fi
  done
}

case "${1:-}" in
stacks)
  echo "Stacks: $(stacks)"
  exit 0
  ;;
stack)
  if [ -z "$3" ]; then
    fail "say which stack: make $2 STACK=<stack>. Stacks: $(stacks)"
  fi
  case "$3" in
  */*) fail "there is no stack \"$3\". Stacks: $(stacks)" ;;
  esac
  if [ ! -f "Pulumi.$3.yaml" ]; then
    fail "there is no stack \"$3\" (no file Pulumi.$3.yaml). Stacks: $(stacks)"
  fi
  ;;
esac

stamp=node_modules/.moodle-on-aws
wanted=$(cksum <package-lock.json)
ready() {
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && [ -x node_modules/node/bin/node ]
}
if ready; then
  exit 0
fi

# One at a time: two "npm ci" in one folder leave it empty. A lock whose owner is gone counts for nothing.
mkdir -p .offline
lock=.offline/setup.lock
until mkdir "$lock" 2>/dev/null; do
  owner=$(cat "$lock/pid" 2>/dev/null || sleep 1; cat "$lock/pid" 2>/dev/null || true)
  if [ -z "$owner" ] || ! kill -0 "$owner" 2>/dev/null; then
    rm -rf "$lock"
  else
    sleep 1
  fi
done
echo $$ >"$lock/pid"
trap 'rm -rf "$lock"' EXIT
trap 'exit 130' INT TERM
if ready; then
  exit 0
fi

# The system's own tools from here on: node_modules is about to be replaced.
PATH=$(printf '%s' "$PATH" | sed "s|$PWD/node_modules/.bin:||")
command -v node >/dev/null 2>&1 || fail "there is no Node.js on PATH. Install version 20 or newer: https://nodejs.org/"
command -v npm >/dev/null 2>&1 || fail "there is no npm on PATH. It comes with Node.js, or install it by itself."
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ] ||
  fail "Node.js $(node -v) is too old. Install version 20 or newer: https://nodejs.org/"

# with_progress <what> <command...>: a line every 15 s, and the command's own words only if it fails.
with_progress() {
  what=$1
  shift
  words=$(mktemp)
  "$@" >"$words" 2>&1 </dev/null &
  worker=$!
  seconds=0
  while kill -0 "$worker" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    if [ $((seconds % 15)) -eq 0 ]; then
      echo "Set-up: $what, ${seconds} s so far." >&2
    fi
  done
  if ! wait "$worker"; then
    cat "$words" >&2
    rm -f "$words"
    fail "$what failed: see above."
  fi
  rm -f "$words"
}

start=$(date +%s)
echo "Set-up: npm packages of package-lock.json. Only when it changed; it tends to take 20 s to 2 minutes." >&2
# No install script is needed, and npm versions differ in which they run. The one that fetches Node 24 is run below.
with_progress "npm packages" npm ci --ignore-scripts --no-audit --no-fund
# It remembers which packages there were.
rm -rf .offline/depcruise
echo "Set-up: Node $(node -p 'require("./node_modules/node/package.json").version') beside them (about 60 MB, tends to take 5 to 30 s)." >&2
node_24() {
  (cd node_modules/node && node installArchSpecificPackage.js)
  # npm leaves this link out when the program is not there yet.
  ln -sf ../node/bin/node node_modules/.bin/node
}
with_progress "Node 24" node_24
node_modules/.bin/node --version >/dev/null 2>&1 || fail "node_modules/.bin/node does not run on this machine."
printf '%s' "$wanted" >"$stamp.tmp" && mv "$stamp.tmp" "$stamp"
echo "Set-up: done in $(($(date +%s) - start)) s." >&2
