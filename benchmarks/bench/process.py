"""A child process measured whole: wall time, CPU of it and its children, peak memory."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process cost. Seconds, and MiB at the peak."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    status: int
    output: str


def _environ() -> dict[str, str]:
    """This process's own, but that Python keeps compiled modules, as where it is installed."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def run(
    argv: Sequence[str], *, cwd: Path, environ: Mapping[str, str] | None = None,
    statuses: Sequence[int] = (0,),
) -> Cost:  # fmt: skip
    """Run to the end and measure. Raises RuntimeError where the exit status is none of `statuses`."""
    log = cwd / f"out-{os.getpid()}.txt"
    started = time.monotonic()
    with log.open("w+") as out:
        child = subprocess.Popen(
            argv, cwd=cwd, env={**_environ(), **(environ or {})}, stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
        _, waited, usage = os.wait4(child.pid, 0)
        wall_s = time.monotonic() - started
        child.returncode = status = os.waitstatus_to_exitcode(waited)
        out.seek(0)
        output = out.read()
    if status not in statuses:
        sys.stderr.write(output[-4000:])
        raise RuntimeError(f"{argv[:4]} ended with {status}")
    return Cost(
        wall_s=wall_s, cpu_s=usage.ru_utime + usage.ru_stime, peak_mib=usage.ru_maxrss / 1024,
        status=status, output=output,
    )  # fmt: skip
