"""Likely mistakes are warned of, each at its place, and a sound inventory is not."""

from datetime import date
from pathlib import Path

import pytest

from attt.inventory.check import warnings
from attt.inventory.level import implied_level
from attt.inventory.load import load

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 22)
SOUND = """\
organisations:
  - {id: ubnd, name: UBND, role: owner}
  - {id: ttcds, name: TTCDS, role: operator}
vantage: {zone: dmz}
zones:
  - {id: dmz, name: DMZ, cidrs: [192.0.2.0/25, "2001:db8::/64"]}
  - {id: lan, name: LAN, cidrs: [192.0.2.128/25]}
scan_approvals:
  - {zones: [dmz], document: 12/KH, date: 2026-11-22, until: 2026-11-22, by: ubnd}
hosts:
  - {id: h-1, name: web, addresses: [192.0.2.1, "2001:db8::1"], zone: dmz}
  - {id: h-2, name: db, addresses: [192.0.2.129], zone: lan}
systems:
  - {code: A, name: A, level: 3, owner: ubnd, operator: ttcds, hosts: [h-1, h-2], dossier: d, classification: {administrative_procedures: true}}
  - {code: B, name: B, level: 2, owner: ubnd, operator: ttcds, hosting: {kind: rented}}
dossiers:
  - {id: d, status: approved, decision: {number: 2/QD, date: 2026-02-02}, regulation: {number: 1/QD, date: 2026-02-01}}
measures:
  - {id: m, kind: roadmap, reason: r, approver: a, document: x, from: 2026-01-01, until: 2026-11-22, host: h-1}
attestations:
  - {id: t, requirements: [X], document: d, number: n, date: 2026-01-01, until: 2026-11-22, system: A}
"""


def found(folder: Path, text: str) -> list[tuple[int, str]]:
    """The line and text of each warning."""
    path = folder / "i.yaml"
    path.write_text(text, encoding="utf-8")
    return [(w.place.line if w.place else 0, w.message.text()) for w in warnings(load(path), TODAY)]


def test_a_sound_inventory_has_no_warning(tmp_path):
    """What holds to the end of today, and every host in its zone, is nothing to warn of."""
    assert found(tmp_path, SOUND) == []


@pytest.mark.parametrize("name", ["demo.yaml", "example"])
def test_the_samples_have_no_warning(name):
    """What attt ships is an example of how it should be."""
    assert warnings(load(ROOT / "inventories" / name), TODAY) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("[h-1, h-2]", "[h-1]", 12, "'h-2' belongs to no system"),
        ("kind: rented", "kind: own", 15, "'B' has no hosts"),
        (", zone: lan}", "}", 12, "no zone"),
        ("192.0.2.129]", "192.0.2.9]", 12, "outside its zone 'lan'"),
        ("2001:db8::1", "2001:db8:1::1", 11, "outside its zone 'dmz'"),
        ("192.0.2.129]", "192.0.2.129, 192.0.2.1]", 12, "same address and port: 192.0.2.1, 22"),
        ("[192.0.2.128/25]", "[192.0.2.64/26, 192.0.2.128/25]", 7, "192.0.2.64/26 of zone 'lan'"),
        ("2026-11-22, until: 2026-11-22, by", "2026-11-20, until: 2026-11-21, by", 9, "ended on"),
        ("2026-11-22, until: 2026-11-22, by", "2026-11-23, until: 2026-11-24, by", 9, "begins on"),
        ("vantage: {zone: dmz}", "", 9, "vantage"),
        ("level: 3", "level: 2", 14, "implies at least level 3"),
        ("owner: ubnd, operator: ttcds, hosts", "owner: ttcds, operator: ttcds, hosts", 14, "role"),
        ("level: 2,", "level: 2, state_secret: true,", 15, "state secrets"),
        ("level: 3,", "level: 3, inherits: B,", 14, "inherits from 'B' of level 2"),
        ("decision: {number: 2/QD, date: 2026-02-02}, ", "", 17, "its decision is not named"),
        (", regulation: {number: 1/QD, date: 2026-02-01}", "", 17, "no regulation"),
        ("date: 2026-02-01", "date: 2026-02-03", 17, "after the decision"),
        ("until: 2026-11-22, host", "until: 2026-11-21, host", 19, "'m' lapsed on 2026-11-21"),
        ("until: 2026-11-22, system", "until: 2026-11-21, system", 21, "'t' lapsed"),
    ],
)
def test_each_likely_mistake_is_warned_of_at_its_line(tmp_path, old, new, line, words):
    """One change makes exactly the warnings that concern it."""
    assert old in SOUND
    warned = found(tmp_path, SOUND.replace(old, new, 1))

    assert any(line == at and words in text for at, text in warned)
    assert {line} == {at for at, _ in warned}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"serves": "internal", "information": ["public"]}, None),
        ({"serves": "internal", "information": ["personal"]}, 2),
        ({"serves": "public"}, 2),
        ({"serves": "public", "personal_data": {"basic": 99_999, "sensitive": 9_999}}, 2),
        ({"serves": "public", "personal_data": {"basic": 100_000}}, 3),
        ({"serves": "public", "personal_data": {"sensitive": 10_000}}, 3),
        ({"serves": "internal", "personal_data": {"basic": 100_000}}, None),
        ({"serves": "public", "conditional_business": True}, 3),
        ({"administrative_procedures": True}, 3),
        ({"infrastructure": "province"}, 3),
        ({"infrastructure": "one_organisation"}, 2),
        ({"state_secret_harm": "serious", "administrative_procedures": True}, 4),
    ],
)
def test_the_highest_clause_that_fits_decides(facts, expected):
    """Decree 331/2026 art. 8.2: where several levels fit, the highest is taken."""
    implied = implied_level(facts)

    assert expected == (implied.level if implied else None)
