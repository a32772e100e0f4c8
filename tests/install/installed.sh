#!/usr/bin/env bash
# Installs a build and uses it as somebody else would: by find_package and by pkg-config.
#   installed.sh BUILD_FOLDER CXX
# Then holds the library to its promises: nothing at run time but the C and C++ libraries, at most 3 MB stripped.
set -euo pipefail
build=$1
compiler=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
readonly limit=$((3 * 1000 * 1000)) # bytes

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# The lesson's program prints ten lines, and learns.
check_log() { # check_log FILE
  local lines
  lines=$(grep -c '^Iter *[0-9]*: loss=[0-9.]*, acc=[01]\.[0-9]*$' "$1" || true)
  ((lines == 10)) || fail "the log has $lines lines and not ten: $(cat "$1")"
  awk -F'[=,]' '{ loss[NR] = $2 } END { exit !(loss[NR] < loss[1]) }' "$1" ||
    fail "the loss did not fall: $(sed -n '1p;$p' "$1")"
}

# Nothing but libc, libm, libstdc++ and libgcc (and the loader and the kernel's page).
check_needs() { # check_needs FILE
  local others
  others=$(ldd "$1" | grep -vE 'lib(c|m|stdc\+\+|gcc_s)\.so|ld-linux|linux-vdso|statically linked' || true)
  [[ -z $others ]] || fail "$1 needs more than libc, libm, libstdc++ and libgcc: $others"
}

check_size() { # check_size FILE
  local size
  strip --strip-unneeded -o "$work/stripped" "$1"
  size=$(stat -c %s "$work/stripped")
  echo "$(basename "$1"), stripped: $size bytes"
  ((size <= limit)) || fail "$(basename "$1") has $size bytes stripped, and the limit is $limit"
}

cmake --install "$build" --prefix "$work/prefix" >/dev/null
archive=$(find "$work/prefix" -name 'libhindsight.a')
pc=$(dirname "$(find "$work/prefix" -name hindsight.pc)")
has_figure=$([[ -e $pc/hindsight-figure.pc ]] && echo ON || echo OFF)

echo "== find_package (figure: $has_figure)"
cmake -G Ninja -S "$here/consumer" -B "$work/consumer" -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$work/prefix" -DWITH_FIGURE="$has_figure" >/dev/null
cmake --build "$work/consumer"
"$work/consumer/consumer" | tee "$work/by_cmake.log"
check_log "$work/by_cmake.log"
check_needs "$work/consumer/consumer"
ctest --test-dir "$work/consumer" --output-on-failure
if [[ $has_figure == ON ]]; then
  (cd "$work" && consumer/figure)
  grep -q '</svg>' "$work/consumer.svg" || fail "hindsight::figure wrote no picture"
fi

echo "== pkg-config"
export PKG_CONFIG_PATH=$pc
flags=$(pkg-config --cflags --libs --static hindsight)
"$compiler" -std=c++20 -O2 "$here/../../examples/lesson_by_autograd.cpp" -o "$work/by_pkg_config" $flags
"$work/by_pkg_config" >"$work/by_pkg_config.log"
cmp "$work/by_cmake.log" "$work/by_pkg_config.log" || fail "pkg-config's program prints another log"

echo "== size and needs"
if [[ -n $archive ]]; then
  strip --strip-unneeded -o "$work/stripped.a" "$archive"
  echo "libhindsight.a, stripped: $(stat -c %s "$work/stripped.a") bytes (templates count once for each object)"
  # All of the archive as one shared library, linked as src/CMakeLists.txt does: what a program could need at most.
  "$compiler" -shared -o "$work/libhindsight.so" -Wl,--whole-archive "$archive" -Wl,--no-whole-archive \
    -Wl,--version-script="$here/../../cmake/exports.map" -Wl,-Bsymbolic-functions \
    -Wl,-z,pack-relative-relocs
else
  cp "$(find "$work/prefix" -name 'libhindsight.so' | head -1)" "$work/libhindsight.so"
fi
check_size "$work/libhindsight.so"
check_needs "$work/libhindsight.so"
third_party='#include [<"](fmt|nlohmann|cairo|CLI|fast_float)'
if grep -rlE "$third_party" "$work/prefix/include"; then
  fail "the headers above show a third party to users"
fi
echo "OK"
