"""Peak memory of an audit of 2,000 hosts against one of 200, without a network."""

import sys
from pathlib import Path

from bench.figures import Figure
from bench.office import ENVIRON
from bench.process import Cost, run

KIB_EACH = 200
MOST = 1.15
_REPLAY = Path(__file__).with_name("replay.py")


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """The ratio of both peaks."""
    few, many = (20, 200) if is_quick else (200, 2000)
    small, large = _replay(folder, few), _replay(folder, many)
    note = (
        f"{few} hosts {small.peak_mib:.0f} MiB, {many} hosts {large.peak_mib:.0f} MiB; "
        f"{large.cpu_s / many * 1000:.1f} ms CPU a host without the network"
    )
    ratio = large.peak_mib / small.peak_mib
    return [Figure(name="memory_many_over_few", value=ratio, unit="times", limit=MOST, note=note)]


def _replay(folder: Path, count: int) -> Cost:
    own = folder / str(count)
    own.mkdir(mode=0o700)
    words = [sys.executable, str(_REPLAY), str(count), str(KIB_EACH), str(own)]
    return run(words, cwd=own, environ=ENVIRON)
