#!/usr/bin/env python3
"""Wakes each mutant in turn, runs the tests, and prints the score: run.py PROGRAM LIST [--only N ...].

A mutant is caught when a test fails, crashes or hangs. The quick tests run first: most mutants end with one of them.
Exits 1 when a mutant survives, or when a test fails without any.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import plant

# The first two register an operation of their own, for which the other tests of this one program would want a file and a
# kernel; the last run other programs for seconds.
EXCLUDED = "OwnOperation.IsReadInExpressionsOnceRegistered:Algebra.CalculatesWithAnOperationOfWhichItHasNeverHeard:Latex.*"
LIMIT_S = 300
SLOW_S = 0.05  # nearly all are quicker, and take a tenth of the whole time


def run(program, number, tests, *options):
    """Whether the tests passed, and the first that did not."""
    environment = dict(os.environ, HINDSIGHT_MUTANT=str(number))
    command = [program, f"--gtest_filter={tests}", "--gtest_fail_fast", "--gtest_brief=1", *options]
    try:
        result = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace",
                                timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return False, f"longer than {LIMIT_S} s"
    if result.returncode == 0:
        return True, ""
    failed = [line for line in result.stdout.splitlines() if line.startswith("[  FAILED  ] ")]
    name = failed[0].removeprefix("[  FAILED  ] ").split(",")[0].split(" (")[0] if failed else ""
    return False, name or f"end of the program ({result.returncode})"


def quick_and_slow(program):
    """Two filters of tests, from how long each takes without a mutant, and the first that fails."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "tests.json")
        _, failure = run(program, 0, f"-{EXCLUDED}", f"--gtest_output=json:{report}")
        if failure:
            return [], failure
        with open(report, encoding="utf-8") as file:
            suites = json.load(file)["testsuites"]
    slow = ":".join(f"{suite['name']}.{test['name']}" for suite in suites for test in suite["testsuite"]
                    if float(test["time"].removesuffix("s")) >= SLOW_S)
    return [f"-{EXCLUDED}:{slow}", slow], ""


def run_all(program, number, filters):
    """Whether the tests of every filter passed, and the first that did not."""
    return next((result for result in (run(program, number, tests) for tests in filters) if not result[0]), (True, ""))


def can_run(mutant):
    """A family "name [flag]" is of code that only processors with that flag run."""
    needed = re.search(r"\[(\w+)\]", mutant.family)
    return not needed or needed[1] in Path("/proc/cpuinfo").read_text(encoding="utf-8").split()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("list")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()

    filters, failure = quick_and_slow(arguments.program)
    if not failure:  # a test may need what one of the other filter leaves behind
        _, failure = run_all(arguments.program, 0, filters)
    if failure:
        print(f"without any mutant a test fails: {failure}")
        return 1
    asked = [m for m in plant.read(arguments.list) if not arguments.only or m.number in arguments.only]
    mutants = [m for m in asked if can_run(m)]
    survivors, start = [], time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = pool.map(lambda mutant: run_all(arguments.program, mutant.number, filters), mutants)
        for mutant, (survived, by) in zip(mutants, results):
            print(f"{mutant.number:3} {'SURVIVED' if survived else 'caught  '} {mutant.path}: "
                  f"{mutant.original}  ->  {mutant.replacement}{'' if survived else '   by ' + by}", flush=True)
            if survived:
                survivors.append(mutant)
    families = {}
    for mutant in mutants:
        caught, all_of = families.get(mutant.family, (0, 0))
        families[mutant.family] = (caught + (mutant not in survivors), all_of + 1)
    for family, (caught, all_of) in families.items():
        print(f"{family}: {caught} of {all_of}")
    if len(mutants) < len(asked):
        print(f"left out, since this processor does not run their code: {len(asked) - len(mutants)}")
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} mutants caught in {time.monotonic() - start:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
