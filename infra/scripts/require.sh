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
