#!/usr/bin/env python3
"""Wakes each mutant in turn, runs the tests, and prints the score: run.py PROGRAM LIST [--only N ...].

A mutant is caught when a test fails, crashes or hangs. Exits 1 when one survives, or when a test fails without any.
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys
import time

import plant

# The first two register an operation of their own, for which the other tests of this one program would want a file and a
# kernel; the last run other programs for seconds.
FILTER = "-OwnOperation.IsReadInExpressionsOnceRegistered:Algebra.CalculatesWithAnOperationOfWhichItHasNeverHeard:Latex.*"
LIMIT_S = 300


def run(program, number):
    """Whether the tests passed, and the first that did not."""
    environment = dict(os.environ, HINDSIGHT_MUTANT=str(number))
    command = [program, f"--gtest_filter={FILTER}", "--gtest_fail_fast", "--gtest_brief=1"]
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("list")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()

    passed, failure = run(arguments.program, 0)
    if not passed:
        print(f"without any mutant a test fails: {failure}")
        return 1
    mutants = [m for m in plant.read(arguments.list) if not arguments.only or m.number in arguments.only]
    survivors, start = [], time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = pool.map(lambda mutant: run(arguments.program, mutant.number), mutants)
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
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} mutants caught in {time.monotonic() - start:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
