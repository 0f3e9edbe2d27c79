"""Annex VI says how the rules that were judged are known on the releases of a system's hosts."""

from dataclasses import replace

from attt.model.known_on import Known, KnownOn, Release
from attt.report.html import render
from attt.report.options import Options
from attt.report.view_system import system

DEBIAN = Release(id="debian-12", name="Debian 12", of=("debian-12",))


def knowing(audited, **rules):
    """The audit, with a table that says of its first rules how they are known on Debian 12."""
    named = sorted({f.rule for record in audited.hosts for f in record.findings})
    table = {rule: {"debian-12": known} for rule, known in zip(named, rules.values(), strict=False)}
    known_on = KnownOn(releases=(DEBIAN,), rules=table)
    return replace(audited, rulebook=replace(audited.rulebook, known_on=known_on)), len(named)


def test_rules_are_counted_by_how_they_are_known(make):
    """Each rule counts once a release, however many hosts it was judged on; the rest is generic."""
    audited, total = knowing(
        make(1, 30), a=Known.PROVEN, b=Known.SUPPORTED, c=Known.PROVEN, d=Known.DOCUMENTED
    )
    (row,) = system(audited, Options()).known_on

    assert ("Debian 12", total, 2, 1, 1, 0, total - 4) == (
        row.release, row.rules, row.proven, row.supported, row.documented, row.shared, row.generic,
    )  # fmt: skip


def test_hosts_of_a_release_without_a_column_claim_nothing(make):
    """All rules judged on a platform that the table does not know are generic there."""
    audited = make(1, 9)
    (row,) = system(audited, Options()).known_on

    assert "Hệ điều hành khác" == row.release
    assert row.rules == row.generic > 0


def test_the_annex_prints_the_table(make):
    """The page names the release and explains the words."""
    audited, _ = knowing(make(1, 9), a=Known.PROVEN)
    page = render("system", audited, Options())

    assert "Mức độ kiểm chứng của tiêu chí" in page
    assert "<td>Debian 12</td>" in page
