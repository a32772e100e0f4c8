#!/usr/bin/env bash
# Runs the native program and its WASM twin and compares what they print: same_log.sh NATIVE NODE WASM
set -euo pipefail
native=$1
node=$2
wasm=$3
if [[ ! -x $native ]]; then
  echo "there is no $native: build the release preset first (make wasm does)" >&2
  exit 1
fi
expected=$("$native")
actual=$("$node" "$wasm")
(($(wc -l <<<"$expected") >= 10)) || { echo "the native log is too short: $expected" >&2; exit 1; }
diff <(echo "$expected") <(echo "$actual") || { echo "the logs differ (< native, > WASM)" >&2; exit 1; }
echo "$actual"
