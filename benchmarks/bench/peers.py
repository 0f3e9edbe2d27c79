"""The peers that attt is compared with, in an environment of their own beside the repository's."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"


def python() -> Path:
    """The Python of an environment that holds what requirements.lock names, made once.

    `ATTT_BENCH_CACHE` says where; making it needs a package index, like any pip install.
    """
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = Path(os.environ.get("ATTT_BENCH_CACHE", Path.home() / ".cache" / "attt-bench"))
    place = home / f"peers-{digest}"
    if not (place / "made").exists():
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        words = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet",
                 "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]  # fmt: skip
        subprocess.run(words, check=True)
        (place / "made").touch()
    return place / "bin" / "python"
