"""What a fleet audit costs, against its floor and a peer, side by side in one run.

    python benchmarks/fleet.py            everything, some minutes
    python benchmarks/fleet.py --quick    the same at a tenth of the size, under a minute
    python benchmarks/fleet.py --json     one JSON document

Needs Linux, OpenSSH's server, iproute2 and util-linux; as root, or with user namespaces. Everything
runs in a network namespace of its own. Exits 1 when a limit is missed, 2 when it could not measure.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench import against_floor, against_testinfra, memory, peers, round_trips
from bench.figures import Figure, document, table
from bench.namespace import enter

MEASURES = {
    "floor": against_floor.measure,
    "testinfra": against_testinfra.measure,
    "delay": round_trips.measure,
    "memory": memory.measure,
}


def main() -> int:
    """All figures, or those asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--only", choices=MEASURES, action="append", help="just this part")
    options = parser.parse_args()
    chosen = options.only or list(MEASURES)
    if "testinfra" in chosen:
        peers.python()  # made before the network is left behind
    enter()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="attt-bench-") as folder:
        for name in chosen:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            own = Path(folder) / name
            own.mkdir()
            try:
                figures += MEASURES[name](own, is_quick=options.quick)
            except (OSError, RuntimeError) as error:
                print(f"{name} could not be measured: {error}", file=sys.stderr)
                return 2
    print(document("fleet", figures) if options.json else table(figures))
    return 0 if all(one.ok for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
