"""One peer at work on one job: a process that measures when it is told to, pinned to its cores."""
import json
import os
import select
import subprocess
import tempfile
import time


# Those that this process may use: in a container the first need not be core 0.
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


class Failed(Exception):
    """The peer ended or was silent; the message is its last word."""


class Worker:
    def __init__(self, command, threads, environment, patience):
        if CORES and threads > len(CORES):
            raise Failed(f"it needs {threads} cores, and there are {len(CORES)}")
        self.complaints = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints,
            env={**os.environ, **environment}, preexec_fn=lambda: pin(CORES[:threads]))
        self.buffer = b""
        try:
            self.about = self.answer(patience)
        except Failed:
            self.stop()
            raise

    def measure(self, patience):
        try:
            self.process.stdin.write(b"\n")
            self.process.stdin.flush()
        except OSError:
            pass  # answer() says why
        return self.answer(patience)

    def answer(self, patience):
        end = time.monotonic() + patience
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise Failed(f"no answer within {patience:.0f} s")
            more = os.read(self.process.stdout.fileno(), 1 << 16)
            if not more:
                raise Failed(self.last_word())
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\n", 1)
        try:
            return json.loads(line)
        except ValueError:
            raise Failed(f"answered {line[:100]!r}") from None

    def last_word(self):
        self.process.wait()
        self.complaints.seek(0)
        lines = self.complaints.read().strip().splitlines()
        return lines[-1].strip()[:200] if lines else f"ended with status {self.process.returncode}"

    def stop(self):
        self.process.kill()
        self.process.communicate()
        self.complaints.close()


def pin(cores):
    if cores:
        os.sched_setaffinity(0, cores)
