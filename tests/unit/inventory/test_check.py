"""Likely mistakes are warned of, each at its place, and a sound inventory is not."""

import re
from datetime import date
from pathlib import Path

import pytest

from attt.errors import InputError
from attt.inventory.check import warnings
from attt.inventory.level import implied_level
from attt.inventory.likely.credentials import of_credentials
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
  - {id: m, kind: roadmap, reason: r, approver: GĐ, requester: TP, document: x, from: 2026-06-27, until: 2026-12-23, host: h-1, rule: r}
attestations:
  - {id: t, requirements: [X], document: d, number: n, date: 2026-01-01, until: 2026-12-23, system: A}
templates:
  - {id: p, parameters: [x], make: {organisations: [{id: o-<x>, name: O, role: provider}]}}
instances:
  - {template: p, with: {x: 1}}
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
        ('addresses: [192.0.2.1, "2001:db8::1"]', "transport: none, reason: x", 9, "no host has"),
        ("until: 2026-12-23, host", "until: 2026-11-21, host", 19, "'m' lapsed on 2026-11-21"),
        ("until: 2026-12-23, host", "until: 2026-12-22, host", 19, "'m' lapses on 2026-12-22"),
        ("from: 2026-06-27", "from: 2026-06-26", 19, "'m' runs for 181 days"),
        ("requester: TP", "requester: gđ", 19, "approved by who asked for it"),
        (", rule: r}", "}", 19, "it covers nothing"),
        ("host: h-1, rule: r", "host: h-1, zone: lan, rule: r", 19, "no host of a system"),
        ("host: h-1, rule: r", "host: h-1, system: B, rule: r", 19, "no host of a system"),
        ("until: 2026-12-23, system", "until: 2026-11-21, system", 21, "'t' lapsed"),
        ("until: 2026-12-23, system", "until: 2026-11-22, system", 21, "'t' lapses"),
        (", dossier: d", "", 17, "holds no system"),
        ("{code: B, name: B", "{code: a, name: B", 15, "'a' and 'A' differ in case"),
        ("name: db", "name: WEB", 12, "'WEB' and 'web' differ in case"),
        ("name: web", "name: đb", 12, "'db' and 'đb' differ in case or diacritics"),
        ("level: 2,", "level: 2, provider: o-1,", 15, "no contract is named"),
        ("  - {template: p, with: {x: 1}}\n", "  []\n", 23, "'p' has no instance"),
    ],
)
def test_each_likely_mistake_is_warned_of_at_its_line(tmp_path, old, new, line, words):
    """One change makes exactly the warnings that concern it."""
    assert old in SOUND
    warned = found(tmp_path, SOUND.replace(old, new, 1))

    assert any(line == at and words in text for at, text in warned)
    assert {line} == {at for at, _ in warned}


def test_every_warning_has_a_code_of_its_own_kind_and_a_mend(tmp_path):
    """Scripts can tell warnings apart by codes that last, and people read what to do."""
    text = SOUND.replace("192.0.2.129]", "192.0.2.9, 198.51.100.1]")
    path = tmp_path / "i.yaml"
    path.write_text(text, encoding="utf-8")
    warned = {w.code: w.hint.text() for w in warnings(load(path), TODAY)}

    assert {"address-in-other-zone", "address-in-no-zone"} == set(warned)
    assert "It lies in zone 'dmz'" in warned["address-in-other-zone"]
    assert "add its prefix" in warned["address-in-no-zone"]


def test_every_code_is_explained():
    """Each code that the program may print stands in the guide, and the guide names no other."""
    code = re.compile(r'(?:code=|_lapse\(|today, )f?"([a-z{}-]+)"')
    source = "".join(p.read_text() for p in (ROOT / "attt/inventory/likely").glob("*.py"))
    said = {c for c in code.findall(source) if "{" not in c} - {"attestation", "measure"}
    said |= {
        f"{paper}-{how}"
        for paper in ("attestation", "measure")
        for how in ("lapsed", "lapses-soon")
    }
    page = (ROOT / "docs/inventory.md").read_text().partition("## What is warned of")[2]
    rows = [row for row in page.partition("\n## ")[0].splitlines() if row.startswith("| `")]
    explained = {c for row in rows for c in re.findall(r"`([a-z-]+)`", row.split("|")[1])}

    assert said == explained


@pytest.mark.parametrize(
    ("connect", "is_warned"),
    [("{}", True), ("{port: 2222}", False), ("{via: h-3}", False), ("{transport: none}", True)],
)
def test_one_address_twice_is_meant_behind_other_ports_and_jumps(tmp_path, connect, is_warned):
    """A translated port or a network used twice is no mistake; the same address and port is."""
    text = SOUND.replace(
        "systems:",
        f"  - {{id: h-3, addresses: [192.0.2.3], zone: dmz}}\n"
        f"  - {{id: h-4, addresses: [192.0.2.1], zone: dmz, reason: x, connect: {connect}}}\nsystems:",
    ).replace("[h-1, h-2]", "[h-1, h-2, h-3, h-4]")

    assert is_warned == any("same address" in words for _, words in found(tmp_path, text))


def test_credentials_that_are_not_here_are_notes(tmp_path):
    """Each reference that leads to nothing is told once, and never counts as a warning."""
    kept = tmp_path / "key"
    kept.write_text("x")
    login = '{password: "env:GONE", sudo: {password: "env:HERE"}, key: "file:~/none"}'
    one = SOUND.replace("zone: lan}", f'zone: lan, connect: {{key: "file:{kept}"}}}}')
    path = tmp_path / "i.yaml"
    path.write_text(f"connect: {login}\n{one}", encoding="utf-8")
    notes = of_credentials(load(path), {"HERE": "x"}, tmp_path)

    assert {(True, "credential-not-here", 12)} == {(n.is_note, n.code, n.place.line) for n in notes}
    assert ["There is no file ~/none", "The environment variable GONE is not set"] == [
        n.message.text() for n in notes
    ]


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


def test_an_address_that_stands_twice_is_told_once(tmp_path):
    """The same address twice at one host is one warning, however it is written."""
    twice = SOUND.replace('"2001:db8::1"]', '"2001:db8::1", "2001:DB8:0::1"]')

    assert ["Host 'h-1' has the address 2001:db8::1 twice"] == [
        text for _, text in found(tmp_path, twice)
    ]


def test_an_address_of_ipv4_in_ipv6_is_refused(tmp_path):
    """It would be another host than the same address as IPv4; the mend gives that."""
    mapped = SOUND.replace("[192.0.2.1,", '["::ffff:192.0.2.1",')

    with pytest.raises(InputError) as caught:
        found(tmp_path, mapped)

    assert caught.value.hint is not None
    assert "192.0.2.1" in caught.value.hint.text()
