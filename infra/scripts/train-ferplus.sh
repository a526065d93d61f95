#!/usr/bin/env bash
# From FERPlus and a share of its labels to an evaluated classifier; the same command again resumes where it stopped.
# usage: infra/scripts/train-ferplus.sh DATA [ssfer train options, such as --recipe smoke or --labels 5%]
#   DATA/ferplus  holds FER2013Train and FER2013Valid (folders or .zip) and fer2013new.csv
#   DATA/lfw      faces without labels, folders or .zip; left out where it is missing
# Needs the .NET 10 SDK, and npm, from which the build takes the face detector's model.
set -euo pipefail
if [[ $# -lt 1 ]]; then
  sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
data=$(realpath "$1")
shift
here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

source infra/scripts/require.sh
require_sdk
require_npm

store=$here/.ssfer
dotnet build services/SsFer.Cli -c Release -v quiet --nologo
ssfer() { dotnet run -c Release --no-build --project services/SsFer.Cli -- "$@" --store "$store"; }
has() { ssfer data show "$1" > /dev/null 2>&1; }

# The folder or the archive of a part of FERPlus.
part() {
  local candidate
  for candidate in "$data/ferplus/$1.zip" "$data/ferplus/$1"; do
    if [[ -e $candidate ]]; then
      echo "$candidate"
      return
    fi
  done
  echo "error: neither $data/ferplus/$1.zip nor $data/ferplus/$1 is there" >&2
  exit 1
}

if ! has ferplus; then
  train=$(part FER2013Train)
  validation=$(part FER2013Valid)
  ssfer data import ferplus --images "$train" --images "$validation" --votes "$data/ferplus/fer2013new.csv" --name ferplus
fi
unlabelled=()
if [[ -d $data/lfw ]]; then
  if ! has lfw; then
    archives=("$data"/lfw/*.zip)
    if [[ -e ${archives[0]} ]]; then
      ssfer data import faces "${archives[@]}" --name lfw
    else
      ssfer data import faces "$data/lfw" --name lfw
    fi
  fi
  unlabelled=(--unlabelled lfw)
fi
given() { [[ " $options " == *" $1 "* || " $options " == *" $1="* ]]; }
options=$*
given --labels || set -- --labels 10% "$@"
given --recipe || set -- --recipe compact "$@"
ssfer train --labelled ferplus ${unlabelled[@]+"${unlabelled[@]}"} --validation ferplus:validation "$@"
