"""Write rules/platforms.yaml: on which releases each rule is proven, and on which it is supported.

Proven: a breakage test of tests/lab/breakages/ names the release. Supported: for each fact that
the rule needs, tests/facts/ holds a value read from outputs of that release, recorded on a live host.
Documented: as supported, but the outputs were written after the vendor's manuals and packages, or
taken over from a program of the same kind elsewhere. Shared: as these, but some are of a release that
runs the same code.

.venv/bin/python scripts/platforms.py           writes what changed
.venv/bin/python scripts/platforms.py --check   writes nothing; exit 1 where it is stale
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from attt import assets  # noqa: E402
from attt.facts.registry import FACTS  # noqa: E402
from attt.model.known_on import Known, Release  # noqa: E402
from attt.model.rule import Rule  # noqa: E402
from attt.model.rulebook import Rulebook  # noqa: E402
from attt.model.subject import SubjectKind  # noqa: E402
from attt.rulebook.load import PLATFORMS, load  # noqa: E402

TARGET = ROOT / "rules" / PLATFORMS
CASES = ROOT / "tests/facts"
BREAKAGES = ROOT / "tests/lab/breakages"
HEAD = """\
# Do scripts/platforms.py viết ra, không sửa tay: tiêu chí nào đã kiểm chứng (proven) trên máy thật của phiên bản nào,
# tiêu chí nào hỗ trợ (supported) theo kết quả lệnh ghi lại trên máy thật của phiên bản đó, theo tài liệu (documented) của hãng,
# hoặc dùng chung mã (shared) với phiên bản đã có.
#
# Written by scripts/platforms.py, not by hand: on which releases a rule is proven by breaking a booted host, supported from
# outputs recorded on live hosts of that release, documented (outputs written after the vendor's manuals and packages), or
# shared: judged by the same code as a release of which there are such outputs.

"""
_RHEL = ("rhel", "centos", "rocky", "almalinux", "ol")
RELEASES = (
    *(Release(id=f"debian-{n}", name=f"Debian {n}", of=(f"debian-{n}",)) for n in (11, 12, 13)),
    *(
        Release(id=f"ubuntu-{n}", name=f"Ubuntu {n}", of=(f"ubuntu-{n}",))
        for n in ("20.04", "22.04", "24.04")
    ),
    *(
        Release(
            id=f"rhel-{n}",
            name=f"RHEL, Rocky, Alma, Oracle {n}",
            of=tuple(f"{name}-{n}" for name in _RHEL),
        )
        for n in (7, 8, 9)
    ),
    Release(id="suse-15", name="SLES, openSUSE 15", of=("sles-15", "opensuse-leap-15")),
)
LIVE = frozenset({"debian-11", "debian-12", "debian-13"})
"""Releases whose outputs come from live hosts; those of the others were written."""
SAME_CODE = {"debian": "debian", "ubuntu": "debian", "rhel": "rhel"}
"""Family → the family whose records stand in where a release has none of its own."""


def recorded(folder: Path = CASES) -> Mapping[str, frozenset[str]]:
    """Fact id → the releases of which a case reads a value."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        case = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        column = release_of(case.get("platform") or "")
        if column is not None and "value" in case["expect"]:
            found.setdefault(path.parent.name, set()).add(column)
    return {fact: frozenset(columns) for fact, columns in found.items()}


def broken(folder: Path = BREAKAGES) -> Mapping[str, frozenset[str]]:
    """Rule id → the releases that its breakage test runs on; a root such as debian-12-x is a debian-12."""
    found: dict[str, frozenset[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        test = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        columns = {release_of(_release(str(root))) for root in test.get("releases", ())}
        found[path.stem] = frozenset(column for column in columns if column is not None)
    return found


def _release(root: str) -> str:
    return "-".join(root.split("-")[:2])


def release_of(platform: str) -> str | None:
    """The column of a platform as cases write it ("sles-15.5"), if there is one."""
    names = (platform, platform.partition(".")[0])
    return next((r.id for name in names for r in RELEASES if name in r.of), None)


def known(
    rule: Rule, facts: Mapping[str, frozenset[str]], tests: Mapping[str, frozenset[str]]
) -> Mapping[str, Known]:
    """Release → how the rule is known there; releases where it is generic are left out."""
    needed = {key.id for key in rule.needs.values()}
    found: dict[str, Known] = {}
    for release in RELEASES:
        if release.id in tests.get(rule.id, ()):
            found[release.id] = Known.PROVEN
        elif all(release.id in facts.get(fact, ()) for fact in needed):
            found[release.id] = Known.SUPPORTED if release.id in LIVE else Known.DOCUMENTED
        elif all(_is_shared(release.id, facts.get(fact, frozenset())) for fact in needed):
            found[release.id] = Known.SHARED
    return found


def _is_shared(release: str, columns: frozenset[str]) -> bool:
    twin = SAME_CODE.get(release.partition("-")[0])
    return release in columns or any(twin == column.partition("-")[0] for column in columns)


def table_of(book: Rulebook) -> Mapping[str, Mapping[str, Known]]:
    """Rule id → release → how it is known; rules on endpoints are asked from outside, of no release."""
    facts, tests = recorded(), broken()
    return {
        rule.id: known(rule, facts, tests)
        for rule in sorted(book.rules.values(), key=lambda rule: rule.id)
        if rule.subject is SubjectKind.HOST
    }


def text(book: Rulebook) -> str:
    """The whole file."""
    return HEAD + "\n".join(_lines(table_of(book))) + "\n"


def _lines(table: Mapping[str, Mapping[str, Known]]) -> Iterator[str]:
    yield "releases:"
    for release in RELEASES:
        yield f'  - {{id: {release.id}, name: "{release.name}", of: [{", ".join(release.of)}]}}'
    yield "rules:"
    for rule, by_release in table.items():
        named = {
            word: [release for release, known in by_release.items() if known is word]
            for word in Known
        }
        parts = [f"{word.value}: [{', '.join(found)}]" for word, found in named.items() if found]
        yield f"  {rule}: {{{', '.join(parts)}}}"


def run(argv: Sequence[str]) -> int:
    """Write, or with --check only compare; 1 where it was stale."""
    made = text(load([assets.folder("rules")], FACTS))
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == made:
        return 0
    if "--check" in argv:
        print(f"stale: {TARGET.relative_to(ROOT)}; run scripts/platforms.py")
        return 1
    TARGET.write_text(made, encoding="utf-8")
    print(f"written: {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
