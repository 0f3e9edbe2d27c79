"""Write docs/schemas/ from the program itself: one JSON Schema a kind of file or document.

.venv/bin/python scripts/schemas.py           writes what changed
.venv/bin/python scripts/schemas.py --check   writes nothing; exit 1 names what is stale
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from attt.cli.schemas import KINDS, json_schema  # noqa: E402

SCHEMAS = ROOT / "docs/schemas"


def run(argv: Sequence[str]) -> int:
    """Write, or with --check only compare; 1 where something was stale."""
    made = {SCHEMAS / f"{kind}.json": _text(kind) for kind in KINDS}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    gone = sorted(set(SCHEMAS.glob("*.json")) - made.keys())
    for path in (*stale, *gone):
        if "--check" in argv:
            print(f"stale: {path.relative_to(ROOT)}; run scripts/schemas.py")
        elif path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
            print(f"written: {path.relative_to(ROOT)}")
        else:
            path.unlink()
            print(f"removed: {path.relative_to(ROOT)}")
    return 1 if (stale or gone) and "--check" in argv else 0


def _text(kind: str) -> str:
    return json.dumps(json_schema(kind), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
