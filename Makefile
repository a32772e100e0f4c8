# The short way to everything: each target installs what is missing, configures, builds and runs.
# CMake does the building (presets in CMakePresets.json); nothing here knows a source file.
JOBS ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
PREFIX ?= /usr/local
TEST_ARGS ?=
DEMO_ARGS ?=
BENCH_ARGS ?=

export CMAKE_BUILD_PARALLEL_LEVEL = $(JOBS)
export CTEST_PARALLEL_LEVEL = $(JOBS)

.DEFAULT_GOAL := build
.PHONY: build demo test headers mutants subdirectory debug asan tsan wasm install format check-format check-floors tidy measure bench clean help

build:  ## the library and the program, at build/release/hindsight
	@tools/install-deps build
	cmake --preset release
	cmake --build --preset release --target hindsight_package

demo: build  ## the lesson: two spirals, learned twice, checked and drawn (DEMO_ARGS='--out DIR')
	build/release/hindsight demo $(DEMO_ARGS)

test: PRESET = release
test: run-tests  ## everything, with all its tests (TEST_ARGS='-R Csv' picks some)

debug: PRESET = debug
debug: run-tests  ## the tests in a debug build

asan: PRESET = asan
asan: run-tests  ## the tests under the address and undefined-behaviour sanitizers

tsan: PRESET = tsan
tsan: run-tests  ## the tests under the thread sanitizer

.PHONY: run-tests
run-tests:
	@tools/install-deps test
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)
	ctest --preset $(PRESET) $(TEST_ARGS)

mutants:  ## plants bugs, runs the tests under each, and prints the score: all must be caught
	@tools/install-deps test
	cmake --preset release
	cmake --build --preset release --target mutants

headers:  ## every public header alone, without any other include
	@tools/install-deps test
	cmake --preset release
	cmake --build --preset release --target test_headers

subdirectory:  ## the sources inside another project, by add_subdirectory: compiles the library once more
	@tools/install-deps test
	tests/install/subdirectory.sh $(CURDIR) $(CURDIR)/build/subdirectory

wasm:  ## the core as WebAssembly; the examples in node must print what they print natively
	@tools/install-deps wasm
	cmake --preset release
	cmake --build --preset release --target examples/all
	cmake --preset wasm
	cmake --build --preset wasm
	ctest --preset wasm $(TEST_ARGS)

bench:  ## against other libraries and the processor, judged by bench/goals.json (BENCH_ARGS='--quick')
	@tools/install-deps bench
	cmake --preset release
	cmake --build --preset release --target bench
	bench/run.py $(BENCH_ARGS)

install: build  ## into PREFIX (default /usr/local)
	cmake --install build/release --prefix $(PREFIX)

format:  ## rewrites the sources in the house style
	@tools/install-deps lint
	tools/check-format --fix

check-format:  ## fails where a source is not in the house style
	@tools/install-deps lint
	tools/check-format

check-floors:  ## fails where an include runs against the arrows
	@tools/install-deps test
	tools/check-floors

tidy:  ## clang-tidy over the library and the program
	@tools/install-deps lint
	cmake --preset release
	tools/tidy build/release

measure:  ## how long it takes to compile #include <hindsight/hindsight.hpp>
	@tools/install-deps build
	tools/measure-include

clean:  ## removes build/
	rm -rf build

help:  ## this list
	@awk -F ':.*## +' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
