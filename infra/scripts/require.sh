# shellcheck shell=bash
# Sourced by the scripts beside it: what they need, installed where that can be done, named where it cannot.

require_sdk() {
  if ! dotnet --version > /dev/null 2>&1; then
    echo "error: the .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    exit 1
  fi
}

# The build takes the face detector's model from npm.
require_npm() {
  if command -v npm > /dev/null; then
    return
  fi
  if [[ $(id -u) != 0 ]] || ! command -v apt-get > /dev/null; then
    echo "error: npm is missing: install Node.js 18 or later (Debian, Ubuntu: sudo apt-get install npm)" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm
}

# The blob service of tests and app host. Tests skip what needs one without it; SSFER_AZURITE names an azurite-blob that is elsewhere.
require_azurite() {
  local version=3.37.0
  local installed=artifacts/npm/azurite-$version.installed # written last: an installation that was cut short does not count
  if [[ -n ${SSFER_AZURITE:-} || -e $installed ]]; then
    return
  fi
  rm -rf artifacts/npm/node_modules
  if npm install --prefix artifacts/npm "azurite@$version" --no-audit --no-fund --loglevel=error; then
    touch "$installed"
  else
    missing "azurite: npm could not install azurite@$version (check the network and: npm config get registry)"
  fi
}

# The broker, likewise; SSFER_RABBITMQ_SERVER names a start script that is elsewhere.
require_rabbitmq() {
  if [[ -n ${SSFER_RABBITMQ_SERVER:-} || -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] || command -v rabbitmq-server > /dev/null; then
    return
  fi
  if [[ $(id -u) != 0 ]] || ! command -v apt-get > /dev/null; then
    missing "rabbitmq-server: install it (Debian, Ubuntu: sudo apt-get install rabbitmq-server)"
    return
  fi
  # RUNLEVEL=1: the package is not to start a broker of its own; each test starts one.
  if ! { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rabbitmq-server; }; then
    missing "rabbitmq-server: apt-get could not install it"
  fi
}

# The browser that looks at pages; SSFER_CHROMIUM names one that is elsewhere.
require_chromium() {
  if [[ -n ${SSFER_CHROMIUM:-} ]] || command -v chromium > /dev/null; then
    return
  fi
  if [[ $(id -u) != 0 ]] || ! command -v apt-get > /dev/null; then
    missing "chromium: install it (Debian: sudo apt-get install chromium) or name another in SSFER_CHROMIUM"
    return
  fi
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; }; then
    missing "chromium: apt-get could not install it"
  fi
}

# Tests that need it are skipped, except in CI, where a skipped one would pass for a test.
missing() {
  if [[ ${CI:-false} == true || ${strict:-false} == true ]]; then
    echo "error: $1" >&2
    exit 1
  fi
  echo "tests are skipped for want of $1" >&2
}
