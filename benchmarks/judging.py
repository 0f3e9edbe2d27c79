"""What judging costs, and what collecting all facts costs a host.

    python benchmarks/judging.py            everything, about two minutes
    python benchmarks/judging.py --quick    the same at a tenth of the size
    python benchmarks/judging.py --json     one JSON document

Collecting boots a real Debian, so it needs root and what the lab of the tests needs; --only judging
leaves it out. Exits 1 when a limit is missed, 2 when it could not measure.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench import collected, judged
from bench.figures import Figure, document, table

MEASURES = {"judging": judged.measure, "collecting": collected.measure}


def main() -> int:
    """All figures, or those asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--only", choices=MEASURES, action="append", help="just this part")
    options = parser.parse_args()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="attt-bench-") as folder:
        for name in options.only or MEASURES:
            print(f"measuring: {name} …", file=sys.stderr, flush=True)
            own = Path(folder) / name
            own.mkdir()
            try:
                figures += MEASURES[name](own, is_quick=options.quick)
            except (OSError, RuntimeError) as error:
                print(f"{name} could not be measured: {error}", file=sys.stderr)
                return 2
    print(document("judging", figures) if options.json else table(figures))
    return 0 if all(one.ok for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
