#!/usr/bin/env bash
# Uses the sources by add_subdirectory: only the library is built, and the program links.
#   subdirectory.sh SOURCE_FOLDER WORK_FOLDER [CXX]
set -euo pipefail
source=$1
work=$2
compiler=${3:-c++}
here=$(cd "$(dirname "$0")" && pwd)
cmake -G Ninja -S "$here/subdirectory" -B "$work" -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release \
  -DHINDSIGHT_WERROR=ON -DHINDSIGHT_SOURCE="$source" >/dev/null
cmake --build "$work"
"$work/proven_operation"
"$work/program" >"$work/program.log"
(($(grep -c '^Iter' "$work/program.log") == 10)) || { cat "$work/program.log"; exit 1; }
# Nobody asked for an install rule or a test of ours.
if ninja -C "$work" -t targets all | grep -E '^(hindsight/(apps|bench|examples|tests)/|test_|hindsight_package)'; then
  echo "FAILED: the targets above are not for others" >&2
  exit 1
fi
