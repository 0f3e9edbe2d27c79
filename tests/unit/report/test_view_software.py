"""Who has a piece of software, who surely has not, and of whom nobody knows."""

import pytest

from attt.evaluate.versions import order
from attt.model.answer import Obstacle
from attt.model.fact import Assurance, FactMissed, FactRead
from attt.model.value import Missing
from attt.report.view_software import Relation, Seen, relation, software


def entry(name, version="1.0-1", source=None):
    return {"name": name, "version": version, "arch": "amd64", "source": source}


def host(name, *entries, manager="dpkg", fact=None):
    value = {"manager": manager, "entries": entries}
    return Seen(
        host=name,
        name=name,
        addresses=("10.0.0.1",),
        systems=("A",),
        fact=fact or FactRead(value=value, assurance=Assurance.CONFIGURED),
        observed_at="2026-11-22T02:00:00Z",
        run="r",
    )


def found(answer):
    return {seen.host: [p.name for p in packages] for seen, packages in answer.found}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("openssl", ["openssl", "libssl3"]),
        ("OpenSSL", ["openssl", "libssl3"]),
        ("libssl3", ["libssl3"]),
        ("libssl*", ["libssl3", "libssl-dev"]),
        ("ssl", []),
        ("libssl?", ["libssl3"]),
        ("[ab]ash", ["bash"]),
    ],
)
def test_a_name_is_a_package_or_its_source(name, expected):
    """Whole names only, unless it is a pattern; case is one."""
    entries = (
        entry("openssl", source="openssl"), entry("libssl3", source="openssl"),
        entry("libssl-dev", source="openssl1.1"), entry("bash"),
    )  # fmt: skip
    answer = software([host("a", *entries)], name, None, order)

    assert expected == found(answer).get("a", [])
    assert bool(expected) is not bool(answer.without)


def test_names_like_it_are_offered_where_none_is_it():
    """The letter says Apache, the package is apache2."""
    answer = software([host("a", entry("apache2"), entry("bash"))], "Apache", None, order)

    assert ("apache2",) == answer.similar
    assert ["a"] == [seen.host for seen in answer.without]


def test_unknown_is_not_absent():
    """A host that was not read, not read whole, or never asked is told apart from one without."""
    missed = FactMissed(obstacle=Obstacle.DENIED, detail="no")
    part = host("part", entry("bash"), Missing(Obstacle.IN_CONTEXT, "half installed: openssl"))
    never = Seen(host="never", name="never", addresses=(), systems=())
    answer = software(
        [host("missed", fact=missed), part, never, host("without", entry("bash"))],
        "openssl", None, order,
    )  # fmt: skip

    assert {} == found(answer)
    assert ["without"] == [seen.host for seen in answer.without]
    assert [
        ("missed", Obstacle.DENIED, "no"),
        ("part", Obstacle.IN_CONTEXT, "half installed: openssl"),
        ("never", Obstacle.NOT_COLLECTED, ""),
    ] == [(seen.host, why, detail) for seen, why, detail in answer.unread]


def test_what_was_read_of_a_part_counts():
    """A list that is not whole still proves what stands in it."""
    part = host("part", entry("openssl"), Missing(Obstacle.IN_CONTEXT))

    assert {"part": ["openssl"]} == found(software([part], "openssl", None, order))


@pytest.mark.parametrize(
    ("manager", "installed", "wanted", "expected"),
    [
        ("dpkg", "3.0.11-1~deb12u2", "3.0.13", Relation.OLDER),
        ("dpkg", "3.0.11-1~deb12u2", "3.0.11", Relation.SAME),
        ("dpkg", "3.0.11-1~deb12u2", "3.0.11-1", Relation.OLDER),
        ("dpkg", "1:9.2p1-2+deb12u3", "9.2p1", Relation.SAME),
        ("dpkg", "1:9.2p1-2+deb12u3", "9.9p1", Relation.OLDER),
        ("dpkg", "1:9.2p1-2", "2:1.0-1", Relation.OLDER),
        ("dpkg", "5.6.1+really5.4.5-1", "5.6.0", Relation.OLDER),
        ("dpkg", "1:5.6.1+really5.4.5-1", "1:5.4.5", Relation.SAME),
        ("dpkg", "10.0-1", "9.9", Relation.NEWER),
        ("rpm", "1:1.1.1k-12.el8_9", "1.1.1k", Relation.SAME),
        ("rpm", "0:3.0.7-25.el9", "3.0.7-27.el9", Relation.OLDER),
        ("apk", "3.1.4-r5", "3.1.4", Relation.NOT_COMPARABLE),
        ("dpkg", "1.0-1", "before 3", Relation.NOT_COMPARABLE),
    ],
)
def test_versions_stand_in_the_order_of_the_package_manager(manager, installed, wanted, expected):
    """An epoch or a revision that the letter does not name decides nothing."""
    assert expected is relation(manager, installed, wanted, order)


def test_hosts_are_counted_once_a_relation():
    """Two old packages of one source are one host to mend."""
    both = host("a", entry("openssl", source="openssl"), entry("libssl3", source="openssl"))
    answer = software([both, host("b", entry("openssl", "2.0-1"))], "openssl", "2.0", order)

    assert (1, 1, 0) == tuple(
        answer.hosts_with(r) for r in (Relation.OLDER, Relation.SAME, Relation.NEWER)
    )
