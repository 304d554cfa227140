"""Runs portgen, and says how it ended and what it took."""

import os, resource, signal, subprocess, tempfile
from typing import NamedTuple

SECONDS, MEBIBYTES = 2.0, 256
# Long after any fault is known.
KILLED_AFTER = 60


class Done(NamedTuple):
    """How a run ended: a signal is a negative code. `seconds` are of processor time."""

    code: int
    seconds: float
    mebibytes: float
    out: bytes
    err: bytes

    def faults(self, codes=(0, 1, 2), seconds=SECONDS):
        """What must not be, whatever the input is."""
        if self.code not in codes:
            yield f"ended with {self.code}: {self.err[-300:].decode(errors='replace')}"
        if b"panicked at" in self.err:
            yield f"panics: {self.err[-300:].decode(errors='replace')}"
        if self.seconds > seconds:
            yield f"takes {self.seconds:.2f} s"
        if self.mebibytes > MEBIBYTES:
            yield f"needs {self.mebibytes:.0f} MiB"


def run(*command, **options):
    """Runs it to its end. The kernel counts what this process has had in memory as that of its child: no more than that is no finding, and 0."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, **options)
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.alarm(KILLED_AFTER)
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _, status, used = os.wait4(process.pid, 0)
        signal.alarm(0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Done(process.returncode, used.ru_utime + used.ru_stime, (used.ru_maxrss if used.ru_maxrss > own else 0) / 1024, out.read(), err.read())
