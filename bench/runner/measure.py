"""Runs one job: starts all its peers, then lets them and the FMA peak take turns, round by round."""
import time

from . import data
from .peers import Missing, environment
from .worker import Failed, Worker


def arguments(job, entrant, folder, seconds):
    options = {"--shape": job.shape, "--batch": str(job.batch), "--seconds": str(seconds), **job.options}
    if "--data" in options:
        options["--data"] = str(data.path_of(options["--data"], folder))
    if entrant.peer not in ("pytorch", "pytorch-current", "torch.compile"):
        options.pop("--read-loss", None)  # the others' steps give it as a number anyway
    words = ["--paced", *entrant.options]
    for name, value in options.items():
        if name not in entrant.options:
            words += [name] if value is None else [name, value]
    return words


def start(job, entrant, peers, settings):
    command, options = peers.command(entrant.peer, job.kind), arguments(job, entrant, peers.folder, settings.seconds)
    variables = {**environment(entrant.threads), **dict(entrant.environment)}
    if "HINDSIGHT_TARGET" in variables:
        peers.check_targets(command, options)
    return Worker(command + options, entrant.threads, variables, settings.patience)


class Result:
    """What came out of a job: rounds = [{label: sample, "peak": GFLOP/s}], and who did not take part and why."""

    def __init__(self, job):
        self.job, self.rounds, self.absent, self.about = job, [], {}, {}

    def drop(self, reasons, workers):
        """Takes those out, with what they gave so far: who fails in the middle has not been measured."""
        self.absent.update(reasons)
        for label in reasons:
            workers.pop(label).stop()
            for r in self.rounds:
                r.pop(label, None)

    def samples(self, label):
        return [r[label] for r in self.rounds if label in r]

    def us(self, label):
        return [s["us"] for s in self.samples(label)]

    def labels(self):
        return [e.label for e in self.job.entrants if self.samples(e.label)]

    def ratios(self, ours, theirs):
        """theirs / ours of each round in which both were measured."""
        return [r[theirs]["us"] / r[ours]["us"] for r in self.rounds if ours in r and theirs in r]

    def percents(self, label):
        return [100 * self.job.flops() / (r[label]["us"] * 1e3) / r["peak"] for r in self.rounds if label in r and "peak" in r]

    def as_json(self):
        return {"job": self.job.name, "title": self.job.title, "shape": self.job.shape, "batch": self.job.batch,
                "options": self.job.options, "flops": self.job.flops(), "about": self.about, "absent": self.absent, "rounds": self.rounds}


def disagreeing(about):
    """{label: why} of those whose first loss is not ours: from the same weights and data they do other work."""
    ours = about.get("Hindsight", {}).get("first")
    firsts = {label: told.get("first") for label, told in about.items()}
    return {label: f"its first result is {first:.6g} and ours {ours:.6g}: it does other work" for label, first in firsts.items()
            if None not in (first, ours) and abs(first - ours) > 1e-3 * max(1, abs(ours))}


def round_of(job, workers, peak, turn, patience):
    """One turn of everybody, a different one first each time; {label: sample}, {label: why it failed}."""
    found, failed = {}, {}
    if peak:
        found["peak"] = peak.measure(patience)["gflops"]
    labels = list(workers)
    for label in labels[turn % len(labels):] + labels[:turn % len(labels)]:
        try:
            found[label] = workers[label].measure(patience)
        except Failed as reason:
            failed[label] = str(reason)
    return found, failed


def measure(job, peers, peak_command, settings):
    """Rounds until there are enough of them or the job's time is up, one at least."""
    result, workers, peak = Result(job), {}, None
    try:
        for entrant in job.entrants:
            try:
                workers[entrant.label] = start(job, entrant, peers, settings)
                result.about[entrant.label] = workers[entrant.label].about
            except (Missing, Failed, FileNotFoundError) as reason:
                result.absent[entrant.label] = str(reason)
        result.drop(disagreeing(result.about), workers)
        if job.peak:
            options = ["--shape", "1-1", "--paced", "--dtype", job.options.get("--dtype", "float32"), "--seconds", str(settings.seconds)]
            peak = Worker(peak_command + options, 1, {}, settings.patience)
        begin = time.monotonic()
        for turn in range(settings.rounds):
            if not workers or (turn and time.monotonic() - begin > settings.budget * job.cost):
                break
            found, failed = round_of(job, workers, peak, turn, settings.patience)
            result.rounds.append(found)
            result.drop(failed, workers)
    finally:
        for worker in [*workers.values(), *([peak] if peak else [])]:
            worker.stop()
    return result
