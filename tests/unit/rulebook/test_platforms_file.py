"""How a rule is known on a release: the shipped table is what tests and records say, no more."""

import sys
from pathlib import Path

import pytest

from attt import assets
from attt.facts.registry import FACTS
from attt.model.fact import FactKey
from attt.model.known_on import Known, KnownOn, Release
from attt.model.run import Platform
from attt.rulebook.load import load

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "scripts"))

import platforms  # noqa: E402

DEB = Release(id="debian-12", name="Debian 12", of=("debian-12",))
EL = Release(id="rhel-9", name="RHEL 9", of=("rhel-9", "rocky-9"))
TABLE = KnownOn(releases=(DEB, EL), rules={"a": {"rhel-9": Known.SUPPORTED}})


class Wants:
    """As much of a rule as the table looks at."""

    def __init__(self, *facts):
        self.id = "some-rule"
        self.needs = {fact: FactKey(fact) for fact in facts}


def test_the_shipped_table_is_the_generators():
    """rules/platforms.yaml is what scripts/platforms.py would write today, and is read back so."""
    book = load([assets.folder("rules")], FACTS)

    assert platforms.text(book) == platforms.TARGET.read_text(encoding="utf-8")
    assert platforms.RELEASES == book.known_on.releases
    assert platforms.table_of(book) == book.known_on.rules


def test_nothing_is_proven_without_a_breakage_test():
    """Every proven pair has a file of the lab that names rule and release."""
    book = load([assets.folder("rules")], FACTS)
    proven = {
        (rule, release)
        for rule, by in book.known_on.rules.items()
        for release, known in by.items()
        if known is Known.PROVEN
    }
    tested = {(rule, r) for rule, releases in platforms.broken().items() for r in releases}

    assert proven <= tested


@pytest.mark.parametrize(
    ("facts", "tests", "expected"),
    [
        ({}, {}, {}),
        ({"f": {"rhel-9"}}, {}, {}),
        ({"f": {"rhel-9"}, "g": {"rhel-9"}}, {}, {"rhel-9": "documented", "rhel-8": "shared"}),
        ({"f": {"rhel-9"}, "g": {"rhel-8"}}, {}, {"rhel-9": "shared", "rhel-8": "shared"}),
        ({"f": {"suse-15"}, "g": {"suse-15"}}, {}, {"suse-15": "documented"}),
        (
            {"f": {"debian-11"}, "g": {"debian-11"}},
            {},
            {"debian-11": "supported", "ubuntu-22.04": "shared"},
        ),
        ({}, {"some-rule": {"debian-12"}}, {"debian-12": "proven"}),
        ({"f": {"debian-12"}, "g": {"ubuntu-22.04"}}, {}, {"ubuntu-22.04": "shared"}),
    ],
)
def test_what_tests_and_records_make_of_a_rule(facts, tests, expected):
    """Supported takes a record of a live host for every fact, documented a written one; one missing fact is
    shared at best, and never across families.
    """
    found = platforms.known(Wants("f", "g"), facts, tests)
    families = {release.partition("-")[0] for release in found}

    assert expected.items() <= {r: k.value for r, k in found.items()}.items()
    assert families <= {r.partition("-")[0] for r in expected}


def test_breakage_tests_are_read_by_release(tmp_path):
    """A file a rule; a root with services beside is of its release, one without a column of none."""
    (tmp_path / "a-rule.yaml").write_text("releases: [debian-12-services, debian-13, alpine-3]\n")
    (tmp_path / "b-rule.yaml").write_text("break: []\n")

    assert {"a-rule": {"debian-12", "debian-13"}, "b-rule": frozenset()} == platforms.broken(
        tmp_path
    )


def test_records_count_only_where_a_value_is_read(tmp_path):
    """A case that ends in an obstacle, or of no named platform, supports no release."""
    folder = tmp_path / "x.y"
    folder.mkdir()
    for name, text in {
        "read": "platform: sles-15\nexpect: {assurance: effective, value: {}}\n",
        "denied": "platform: rhel-9\nexpect: {missed: denied}\n",
        "anywhere": "expect: {assurance: effective, value: {}}\n",
    }.items():
        (folder / f"{name}.yaml").write_text(text)

    assert {"x.y": {"suse-15"}} == platforms.recorded(tmp_path)


@pytest.mark.parametrize(
    ("id_", "version", "expected"),
    [
        ("debian", "12", "debian-12"),
        ("debian", "12.9", "debian-12"),
        ("rocky", "9.4", "rhel-9"),
        ("rocky", "90", None),
        ("debian", "", None),
        ("", "", None),
    ],
)
def test_a_host_belongs_to_the_column_of_its_release(id_, version, expected):
    """By ID and VERSION_ID, or its first part; what no column names is of none."""
    found = TABLE.release_of(Platform(id=id_, version=version))

    assert expected == (found.id if found else None)


def test_what_the_table_does_not_hold_is_generic():
    """A rule, a release or a pair that nobody recorded claims nothing."""
    assert [Known.SUPPORTED, Known.GENERIC, Known.GENERIC, Known.GENERIC] == [
        TABLE.of("a", EL), TABLE.of("a", DEB), TABLE.of("b", EL), TABLE.of("a", None),
    ]  # fmt: skip
