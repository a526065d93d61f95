#!/usr/bin/env bash
# From FERPlus and a share of its labels to an evaluated classifier; the same command again resumes where it stopped.
# usage: infra/scripts/train-ferplus.sh DATA [ssfer train options, such as --recipe smoke or --labels 5%]
#   DATA/ferplus  holds FER2013Train and FER2013Valid (folders or .zip) and fer2013new.csv
#   DATA/lfw      faces without labels, folders or .zip; left out where it is missing
# The store is .ssfer in the current folder, unless --store names another.
# Needs the .NET 10 SDK, and npm, from which the build takes the face detector's model.
set -euo pipefail

usage() { sed -n '2,7s/^# //p' "${BASH_SOURCE[0]}"; }

fail() {
  echo "error: $1" >&2
  exit 2
}

for argument in "$@"; do
  if [[ $argument == --help || $argument == -h ]]; then
    usage
    exit 0
  fi
done
if [[ $# -lt 1 ]]; then
  usage >&2
  exit 2
fi
if [[ $1 == -* ]]; then
  fail "the folder of the data comes first, options follow: '$1' is no folder"
fi
data=$1
shift
ssfer=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../ssfer

# The folder or the archive of a part of FERPlus.
part() {
  local candidate
  for candidate in "$data/ferplus/$1.zip" "$data/ferplus/$1"; do
    if [[ -e $candidate ]]; then
      echo "$candidate"
      return
    fi
  done
  fail "neither $data/ferplus/$1.zip nor $data/ferplus/$1 is there"
}

# All that is needed, before anything is built.
[[ -d $data ]] || fail "there is no folder '$data': name the one that holds ferplus/ (and lfw/)"
train=$(part FER2013Train)
validation=$(part FER2013Valid)
votes=$data/ferplus/fer2013new.csv
[[ -f $votes ]] || fail "$votes is not there: it is part of https://github.com/microsoft/FERPlus"

store=()
train_options=()
given=" "
while [[ $# -gt 0 ]]; do
  case $1 in
    --store) [[ $# -gt 1 ]] || fail "--store needs a folder"; store=(--store "$2"); shift 2 ;;
    --store=*) store=("$1"); shift ;;
    *) train_options+=("$1"); given+="${1%%=*} "; shift ;;
  esac
done
run() { "$ssfer" "$@" ${store[@]+"${store[@]}"}; }
has() { run data show "$1" > /dev/null 2>&1; }

run recipe list > /dev/null # builds, and shows that it does
if ! has ferplus; then
  run data import ferplus --images "$train" --images "$validation" --votes "$votes" --name ferplus
fi
unlabelled=()
if [[ -d $data/lfw ]]; then
  if ! has lfw; then
    archives=("$data"/lfw/*.zip)
    [[ -e ${archives[0]} ]] || archives=("$data/lfw")
    run data import faces "${archives[@]}" --name lfw
  fi
  unlabelled=(--unlabelled lfw)
fi
[[ $given == *" --labels "* ]] || train_options+=(--labels 10%)
[[ $given == *" --recipe "* ]] || train_options+=(--recipe compact)
run train --labelled ferplus ${unlabelled[@]+"${unlabelled[@]}"} --validation ferplus:validation "${train_options[@]}"
