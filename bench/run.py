#!/usr/bin/python3
"""Measures Hindsight's compiled step against other libraries and against the processor, and judges it by bench/goals.json.

    make bench                                            # everything: about six minutes, more when peers are compiled first
    bench/run.py --quick                                  # a look, under a minute
    bench/run.py --jobs 'lesson-*,infer-*' --rounds 9     # some jobs, measured longer
    bench/run.py --jobs 'tiny-*' --shape 3-24-1 --batch 57 --shape 7-9-4:33:cross_entropy
    bench/run.py --list                                   # the jobs

All peers of a job live through the whole job and take turns within every round, pinned to one core (to two where two threads
are measured), so that a slow spell of the machine falls on all; what counts is the median of the rounds' ratios."""
import argparse
import datetime
import fnmatch
import json
import platform
import subprocess
import sys
import time
from pathlib import Path

from runner import chart, goals, report
from runner.jobs import all_jobs
from runner.measure import measure
from runner.peers import Missing, Peers, ROOT, environment
from runner.worker import Worker


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", default="*", help="patterns of job names, with commas between (default: all)")
    parser.add_argument("--list", action="store_true", help="name the jobs and stop")
    parser.add_argument("--quick", action="store_true", help="two short rounds of a part of the jobs")
    parser.add_argument("--rounds", type=int, help="at most so many rounds a job (5; with --quick 2)")
    parser.add_argument("--seconds", type=float, help="that a peer is timed in a round (0.15; with --quick 0.04)")
    parser.add_argument("--budget", type=float, help="seconds of rounds a job (5; with --quick 1); the first round is always completed")
    parser.add_argument("--shape", action="append", default=[], metavar="WIDTHS[:BATCH[:LOSS]]",
                        help="a tiny shape to measure instead of the listed ones; may be repeated")
    parser.add_argument("--batch", type=int, help="of each --shape that does not say it (100)")
    parser.add_argument("--loss", help="of each --shape that does not say it (bce for one output, else cross_entropy)")
    parser.add_argument("--modern", action="store_true", help="also the current PyTorch, torch.compile and JAX, installed below build/ (gigabytes)")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", help="where our programs are built")
    parser.add_argument("--python", default="/usr/bin/python3", help="a Python that has NumPy and PyTorch")
    parser.add_argument("--out", type=Path, default=ROOT / "build/bench", help="folder of results.json and results.svg")
    parser.add_argument("--write-docs", action="store_true", help="put the results into docs/performance.md and the README")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a gate is missed or not measured")
    chosen = parser.parse_args()
    chosen.rounds = chosen.rounds or (2 if chosen.quick else 5)
    chosen.seconds = chosen.seconds or (0.04 if chosen.quick else 0.15)
    chosen.budget = chosen.budget or (1 if chosen.quick else 5)
    chosen.patience = 300.0  # seconds until a silent peer counts as failed
    return chosen


def jobs_of(chosen):
    shapes = [":".join([*spec.split(":"), *[""] * 2][:3]) for spec in chosen.shape]
    shapes = [f"{s}:{b or chosen.batch or 100}:{l or chosen.loss or ''}" for s, b, l in (spec.split(":") for spec in shapes)]
    every = all_jobs(shapes, chosen.modern)
    patterns = chosen.jobs.split(",")
    return every, [job for job in every if any(fnmatch.fnmatch(job.name, p) for p in patterns) and (job.quick or not chosen.quick)]


def fastest_peak(peers, seconds):
    """The command of the target whose FMA peak is the highest here, and all peaks in words."""
    found = {}
    for target, command in peers.peaks().items():
        worker = Worker([*command, "--shape", "1-1", "--paced", "--seconds", str(seconds)], 1, {}, 60)
        found[target] = max(worker.measure(60)["gflops"] for _ in range(3))
        worker.stop()
    best = max(found, key=found.get)
    return peers.peaks()[best], ", ".join(f"{target} {gflops:.0f}" for target, gflops in found.items())


def machine(peaks):
    try:
        model = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    try:
        load = open("/proc/loadavg").read().split()[0]
    except OSError:
        load = "unknown"
    compiler = subprocess.run(["g++", "-dumpfullversion"], capture_output=True, text=True).stdout.strip()
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    return {"processor": model, "FMA peak of one core, float32, GFLOP/s": peaks, "system": platform.platform(), "g++": compiler,
            "Hindsight": commit or "unknown", "date": datetime.datetime.now().isoformat(timespec="minutes"),
            "load when it began": load, "peers' environment": " ".join(f"{k}={v}" for k, v in environment(1).items())}


def main():
    chosen = options()
    every, wanted = jobs_of(chosen)
    if chosen.list or not wanted:
        print("\n".join(f"{job.name:24}{job.title}" for job in every))
        return 0 if chosen.list else f"bench: no job is called {chosen.jobs}; these are all"
    begin = time.monotonic()
    peers = Peers(chosen.build, ROOT / "build/bench-peers", chosen.python)
    try:
        peak, peaks = fastest_peak(peers, chosen.seconds)
    except Missing as reason:
        return f"bench: the FMA peak cannot be measured: {reason}"
    here = machine(peaks)
    results = []
    for job in wanted:
        results.append(measure(job, peers, peak, chosen))
        print(report.job_table(results[-1]), flush=True)
    rows = goals.judge(results, [job.name for job in every])
    print("\n" + report.about(here, results) + "\n\n" + report.goals_table(rows))
    missed = [row for row in rows if goals.failed(row)]
    print(f"\n{len(missed)} gates missed or not measured; {time.monotonic() - begin:.0f} s")
    write(chosen, here, rows, results)
    return 1 if chosen.strict and missed else 0


def write(chosen, here, rows, results):
    command = " ".join(["bench/run.py", *[a for a in sys.argv[1:] if a != "--write-docs"]])
    chosen.out.mkdir(parents=True, exist_ok=True)
    written = {"machine": here, "command": command, "goals": rows, "jobs": [result.as_json() for result in results]}
    (chosen.out / "results.json").write_text(json.dumps(written, indent=1))
    caption = f"{here['processor']}, one core, {here['date']}, {here['Hindsight']}"
    (chosen.out / "results.svg").write_text(chart.chart(rows, caption))
    print(f"written: {chosen.out / 'results.json'} and results.svg")
    if chosen.write_docs:
        report.write_into(ROOT / "docs/performance.md", report.markdown(here, rows, results, command))
        report.write_into(ROOT / "README.md", report.summary(here, rows))


if __name__ == "__main__":
    sys.exit(main())
