#!/usr/bin/env bash
# What each part of the method is worth on FERPlus: from scratch, + pre-training, + FaceMix, + EMA teacher, with one encoder a seed.
# usage: infra/scripts/study-ferplus.sh DATA [SEED ...]        seeds 0, 1 and 2 unless told; the same command again resumes
#   DATA as for train-ferplus.sh. EXTRA="--set Pretraining.Epochs=100" adds options to every run, NAME=long names the runs long-...
#   A seed takes about 75 minutes on two CPU cores; DEVICE=cuda computes on a GPU.
set -euo pipefail
if [[ $# -lt 1 ]]; then
  sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
data=$(realpath "$1")
shift
name=${NAME:-study}
seeds=("${@:-0 1 2}")
read -r -a seeds <<< "${seeds[*]}"
read -r -a extra <<< "${EXTRA:-} --device ${DEVICE:-auto}"
scripts=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

run() { "$scripts/train-ferplus.sh" "$data" --run "$@" "${extra[@]}"; }

for seed in "${seeds[@]}"; do
  run "$name-full-$seed" --set "Seed=$seed"
  run "$name-plain-$seed" --set "Seed=$seed" --encoder "$name-full-$seed" --no-teacher --set FineTuning.Mixing=None
  run "$name-scratch-$seed" --set "Seed=$seed" --from-scratch --no-teacher --set FineTuning.Mixing=None
done
"$scripts/../../ssfer" models compare "$name-scratch" "$name-plain" "$name-full"
