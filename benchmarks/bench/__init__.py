"""What the benchmarks stand on: a network of their own, a real sshd, the floor and the peers."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "facts")]  # this checkout, installed or not
