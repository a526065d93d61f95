#!/usr/bin/env bash
# Starts the whole system, with its dashboard, until Ctrl-C; what it needs is installed first where that can be done.
# usage: infra/scripts/up.sh [--KEY=VALUE...]      settings of the app host: docs/operations.md
# Needs the .NET 10 SDK and npm. Broker and blob service are containers where Docker or Podman answers, else rabbitmq-server and Azurite.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck disable=SC2034 # what is missing is an error here
strict=true
source infra/scripts/require.sh
require_sdk
require_npm
if ! docker info > /dev/null 2>&1 && ! podman info > /dev/null 2>&1; then
  require_azurite
  require_rabbitmq
fi
exec dotnet run --project SsFer.AppHost -c Release -- "$@"
