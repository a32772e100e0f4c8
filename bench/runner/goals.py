"""Measured against gate and aim: the rows of goals.json, each with its verdict."""
import fnmatch
import json
import math
import statistics
from pathlib import Path

GOALS = json.loads((Path(__file__).resolve().parents[1] / "goals.json").read_text())


def at_most(goal):
    """Whether less is better."""
    return goal["measure"] in ("cost", "points of accuracy apart")


def best_loops(result):
    """The label of the quickest of the plain loops, by its median."""
    from .jobs import GEMM_PEERS
    present = [label for label in GEMM_PEERS if result.us(label)]
    return min(present, key=lambda label: statistics.median(result.us(label)), default=None)


def values(goal, result):
    """The job's value in each round."""
    ours, theirs = goal.get("of", "Hindsight"), goal.get("against")
    if goal["measure"] == "percent of peak":
        return result.percents(ours)
    if theirs == "best loops":
        theirs = best_loops(result)
    if goal["measure"] == "times":
        return result.ratios(ours, theirs)
    if goal["measure"] == "cost":
        return [1 / ratio for ratio in result.ratios(ours, theirs)]
    pairs = list(zip(result.samples(ours), result.samples(theirs)))
    return [100 * abs(a["accuracy"] - b["accuracy"]) for a, b in pairs[-1:]]


def geometric_mean(numbers):
    return math.exp(statistics.fmean(map(math.log, numbers)))


OVER = {"geometric mean": geometric_mean, "minimum": min, "maximum": max, None: lambda numbers: numbers[0]}


def why(goal, result):
    """Why the job gave no value."""
    wanted = goal.get("of", "Hindsight"), goal.get("against")
    reasons = [f"{label}: {reason}" for label, reason in result.absent.items() if label in wanted]
    return reasons[0] if reasons else "a peer is missing: " + "; ".join(f"{l}: {r}" for l, r in result.absent.items())


def verdict(goal, value):
    def reached(limit):
        return value <= limit if at_most(goal) else value >= limit

    if not reached(goal["gate"]):
        return "BELOW THE GATE" if not at_most(goal) else "ABOVE THE GATE"
    return "aim reached" if reached(goal.get("aim", goal["gate"])) else "gate passed"


def judged(goal, results, names):
    """The goal with what was measured: value (of the jobs' medians), worst (of single rounds), verdict, note."""
    chosen = [r for r in results if fnmatch.fnmatch(r.job.name, goal["jobs"])]
    planned = [name for name in names if fnmatch.fnmatch(name, goal["jobs"])]
    row = {**goal, "value": None, "worst": None, "note": ""}
    measured = [(r, values(goal, r)) for r in chosen]
    medians = [statistics.median(v) for _, v in measured if v]
    missing = [why(goal, r) for r, v in measured if not v]
    if medians:
        row["value"] = OVER[goal.get("over")](medians)
        row["worst"] = (max if at_most(goal) else min)(x for _, v in measured for x in v)
        row["verdict"] = verdict(goal, row["value"])
    else:
        row["verdict"] = "NOT MEASURED" if chosen else "not asked for"
    if missing:
        row["verdict"] = "NOT MEASURED" if not medians else row["verdict"] + ", INCOMPLETE"
        row["note"] = f"{len(missing)} of {len(chosen)} not measured ({missing[0]})" if len(chosen) > 1 else missing[0]
    elif medians and len(chosen) < len(planned):
        row["note"] = f"{len(chosen)} of {len(planned)} jobs"
    return row


def judge(results, names):
    return [judged(goal, results, names) for goal in GOALS]


def failed(row):
    return row["verdict"] not in ("gate passed", "aim reached", "not asked for")
