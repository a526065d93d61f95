#!/usr/bin/env bash
# Services of another commit and of this checkout in one system: a run begun by the one is ended by the other, and both serve its model.
# usage: infra/scripts/rolling-update.sh COMMIT
# Builds COMMIT in artifacts/other and this checkout; needs what the tests need (infra/scripts/test.sh).
set -euo pipefail

if [[ $# -ne 1 || $1 == -* ]]; then
  sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}"
  exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
commit=$(git rev-parse --verify --quiet "$1^{commit}") || { echo "error: there is no commit '$1' here" >&2; exit 2; }

strict=true # a drill that is skipped shows nothing
source infra/scripts/require.sh
require_sdk
require_npm
require_azurite
require_rabbitmq
other=artifacts/other/$commit
[[ -d $other ]] || git worktree add --force --detach "$other" "$commit" # no part of this build: artifacts are ignored by it
for root in "$other" .; do
  (cd "$root" && dotnet build services/SsFer.Services.slnf -c Release -v quiet --nologo -p:UseSharedCompilation=true)
done
SSFER_OTHER_BUILD=$(realpath "$other") dotnet artifacts/bin/SsFer.EndToEnd.Tests/release/SsFer.EndToEnd.Tests.dll \
  --no-progress --filter-class SsFer.EndToEnd.Tests.Drills.RollingUpdateDrill
