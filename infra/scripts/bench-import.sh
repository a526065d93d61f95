#!/usr/bin/env bash
# How fast pictures are imported and prepared, in how much memory, and where each goes on once it was killed (kill -9) half-way.
# usage: infra/scripts/bench-import.sh COUNT [PICTURES]      8,192 or more, so that half of them fill a shard
#   COUNT faces of nobody are drawn, or PICTURES, a zip or folder, holds about as many of your own.
#   PREPARE="--size 48" is how they are prepared unless told, for example PREPARE="--size 48 --detector none".
# Needs the .NET 10 SDK, npm, Linux, and room in TMPDIR for the pictures four times over.
set -euo pipefail
if [[ $# -lt 1 || $# -gt 2 || ! $1 =~ ^[0-9]+$ || $1 -lt 8192 ]]; then
  sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
count=$1
pictures=${2:+$(realpath "$2")}
read -r -a prepare <<< "${PREPARE:---size 48}"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

source infra/scripts/require.sh
require_sdk
require_npm

shard=4096
work=$(mktemp -d)
pid=
trap '[[ -z $pid ]] || kill -9 "$pid" 2> /dev/null; rm -rf "$work"' EXIT
dotnet build services/SsFer.Cli -c Release -v quiet --nologo
ssfer() { dotnet artifacts/bin/SsFer.Cli/release/ssfer.dll "$@"; }

draw() {
  local tar
  ssfer data import synthetic --count "$count" --name drawn --store "$work/drawn" > /dev/null
  mkdir "$work/pictures"
  for tar in "$work"/drawn/datasets/drawn/shards/*.tar; do
    tar -xf "$tar" -C "$work/pictures" --wildcards '*.png'
  done
  rm -r "$work/drawn"
}

stored() { find "$work/store/datasets/bench/drafts" -name 'seal-*.json' 2> /dev/null | wc -l; }

# Runs a command, with its resident memory in MB once a second in $1.rss; kills it once half of the shards are stored, where $2 says so.
watch() {
  local name=$1 is_killed=$2 resident
  shift 2
  : > "$work/$name.rss"
  begun=$(date +%s%3N)
  dotnet artifacts/bin/SsFer.Cli/release/ssfer.dll "$@" --store "$work/store" > /dev/null 2> "$work/$name.log" &
  pid=$!
  while resident=$(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status" 2> /dev/null) && [[ -n $resident ]]; do
    echo "$resident" >> "$work/$name.rss"
    if [[ $is_killed == true && $(stored) -ge $(((count / shard + 1) / 2)) ]]; then
      kill -9 "$pid"
      break
    fi
    sleep 1
  done
  code=0
  wait "$pid" 2> /dev/null || code=$?
  pid=
  took=$(($(date +%s%3N) - begun)) # milliseconds
}

fail() {
  echo "error: $1" >&2
  cat "$work/$2.log" >&2
  exit 1
}

# Kills a command half-way, runs it again, and says how that went.
measure() {
  local name=$1 before from total early
  shift
  watch "$name-killed" true "$@"
  [[ $code == 137 ]] || fail "$name ended with exit code $code before it could be killed" "$name-killed"
  before=$took
  watch "$name" false "$@"
  [[ $code == 0 ]] || fail "$name ended with exit code $code" "$name"
  read -r from total < <(sed -n 's/^.*: resumes at \([0-9,]*\) of \([0-9,]*\) images$/\1 \2/p' "$work/$name.log" | tr -d ,) || fail "$name did not resume" "$name"
  echo "$name: killed after $((before / 1000)) s, resumed at $from of $total pictures, the rest in $((took / 1000)) s: $(((total - from) * 1000 / took)) pictures/s"
  early=$(sed -n 6p "$work/$name.rss")
  echo "  resident memory: ${early:+$early MB after five seconds, }$(tail -n 1 "$work/$name.rss") MB at the end, $(sort -n "$work/$name"*.rss | tail -n 1) MB at most"
}

if [[ -z $pictures ]]; then
  draw
  pictures=$work/pictures
fi
measure import data import faces "$pictures" --name bench
measure prepare data prepare bench "${prepare[@]}"
