#!/usr/bin/env bash
# Builds everything without warnings and runs every test, two projects at a time, the longest first.
# usage: infra/scripts/test.sh [--fast] [--ci]
#   --fast  leaves out tests of the trait Category=Slow
#   --ci    also checks the formatting, and suffers nothing missing; CI=true does the same
# Ends with one line "N passed, M failed, K skipped", and non-zero where anything failed.
# Needs the .NET 10 SDK, and npm, from which the build takes the face detector's model and the tests a blob service (Azurite).
# Tests that need a broker or a browser want rabbitmq-server and chromium: installed where this is root, else skipped with a line that
# says so; with --ci an error.
set -euo pipefail
if [[ -n ${SSFER_TEST_DATA:-} ]]; then
  SSFER_TEST_DATA=$(realpath -e "$SSFER_TEST_DATA") || { echo "error: SSFER_TEST_DATA names no folder" >&2; exit 2; }
  export SSFER_TEST_DATA # absolute: the folder changes below
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

solution=services/SsFer.Services.slnf
results=artifacts/test-results
filter=()
side_by_side=2
longest_first=(EndToEnd Cli Inference AppHost Learning Console) # the others are done while these still run
strict=${CI:-false}

read_arguments() {
  local argument
  for argument in "$@"; do
    case $argument in
      --fast) filter=(--filter-not-trait Category=Slow) ;;
      --ci) strict=true ;;
      *) echo "error: unknown argument '$argument': --fast and --ci are known" >&2; exit 2 ;;
    esac
  done
}

tell_of_real_faces() {
  if [[ -n ${SSFER_TEST_DATA:-} ]]; then
    echo "real faces: SSFER_TEST_DATA=$SSFER_TEST_DATA"
  else
    echo "real faces: SSFER_TEST_DATA is not set, tests on real faces are skipped"
  fi
}

# Before the build: it takes seconds. Style that is no layout is the build's own to check.
check_formatting() {
  if [[ $strict == true ]]; then
    dotnet tool restore
    dotnet csharpier check . || {
      echo "error: the formatting differs: run 'dotnet csharpier format .'" >&2
      exit 1
    }
  fi
}

build() {
  # One compiler for all projects halves the time; in CI it must not outlive the build.
  dotnet build "$solution" -c Release -warnaserror -p:UseSharedCompilation=true
  [[ $strict != true ]] || dotnet build-server shutdown --vbcscompiler > /dev/null
}

# Names of the test projects, each once.
test_projects() {
  {
    printf 'SsFer.%s.Tests\n' "${longest_first[@]}"
    sed -n 's|.*"tests.*\\\([^\\]*Tests\)\.csproj".*|\1|p' "$solution"
  } | awk '!seen[$0]++'
}

# What one attribute of a TRX file's <Counters/> says.
counter() {
  sed -n "s/.*<Counters [^>]*\\b$2=\"\\([0-9]*\\)\".*/\\1/p" "$1"
}

# Half of the processor time of the tests is that of processes which start, and compile themselves. The runtime's profiling of code that
# it will compile again costs a sixth of a drill's (168 s and 167 s of processor time with it, 133 and 144 without, in pairs).
export DOTNET_TieredPGO=0

# One project's tests: its output in one piece, its report and exit code under artifacts/test-results.
run_project() {
  local name=$1 code=0 TIMEFORMAT='%0R s, %0U + %0S s of processor time' took
  # Code 8 means no test at all, for instance because every one is slow.
  took=$({ time dotnet "artifacts/bin/$name/release/$name.dll" --no-progress --ignore-exit-code 8 ${filter[@]+"${filter[@]}"} \
    --results-directory "$results" --report-xunit-trx --report-xunit-trx-filename "$name.trx" > "$results/$name.log" 2>&1; } 2>&1) || code=$?
  echo "$code" > "$results/$name.code"
  printf '== %s: %s\n%s\n' "$name" "$took" "$(< "$results/$name.log")"
}

run_tests() {
  local passed=0 failed=0 skipped=0 name report code total ok bad
  rm -rf "$results"
  mkdir -p "$results"
  for name in $(test_projects); do
    while (($(jobs -rp | wc -l) >= side_by_side)); do
      wait -n
    done
    run_project "$name" &
  done
  wait
  for name in $(test_projects); do
    report=$results/$name.trx
    code=$(< "$results/$name.code")
    if [[ ! -s $report ]]; then
      echo "error: $name ended with exit code $code and without a report" >&2
      failed=$((failed + 1))
      continue
    fi
    total=$(counter "$report" total) ok=$(counter "$report" passed) bad=$(counter "$report" failed)
    skipped=$((skipped + total - ok - bad))
    # A process may fail where no test did, such as in a fixture's disposal.
    if [[ $code != 0 && $bad == 0 ]]; then
      echo "error: $name ended with exit code $code" >&2
      bad=1
    fi
    passed=$((passed + ok))
    failed=$((failed + bad))
  done
  # A server that was found and cannot be started skips its tests, too.
  if [[ $strict == true ]] && grep -ohE 'skipped: needs [^<"]*' "$results"/*.trx | sort | uniq -c; then
    echo "error: nothing may be skipped for want of a server here" >&2
    failed=$((failed + 1))
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  [[ $failed == 0 && $passed -gt 0 ]]
}

source infra/scripts/require.sh
read_arguments "$@"
tell_of_real_faces
require_sdk
require_npm
require_azurite
require_rabbitmq
require_chromium
check_formatting
build
run_tests
