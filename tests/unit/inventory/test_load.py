"""Inventories as the program sees them, and every way of being wrong, with place and mend."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attt.errors import InputError, Place
from attt.inventory.load import load
from attt.model.inventory import Connect, PortRange, Secret, TransportKind
from attt.model.measure import PlanAnswer

ROOT = Path(__file__).parents[3]
BODIES = """\
organisations:
  - {id: ubnd, name: UBND, role: owner}
  - {id: ttcds, name: TTCDS, role: operator}
"""
ZONES = """\
zones:
  - {id: dmz, name: DMZ, cidrs: [192.0.2.0/24, "2001:db8::/64"]}
"""
HOSTS = """\
hosts:
  - {id: h-1, name: web, addresses: [192.0.2.1], zone: dmz}
  - {id: h-2, name: db, addresses: ["2001:db8::2"], zone: dmz}
"""
SYSTEMS = """\
systems:
  - {code: A, name: A, level: 3, owner: ubnd, operator: ttcds, hosts: [web, h-2]}
"""


def write(folder: Path, text: str, name: str = "i.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        load(path)
    assert caught.value.hint is not None
    return caught.value


def test_demo_audits_this_machine():
    """The first file that an officer reads is one local host of a level-3 system."""
    found = load(ROOT / "inventories" / "demo.yaml")
    host = found.hosts["may-nay"]

    assert (host.name, host.connect.transport, host.addresses) == (
        "máy này",
        TransportKind.LOCAL,
        ("127.0.0.1",),
    )
    assert [(s.code, s.level, s.hosts) for s in found.systems.values()] == [
        ("DEMO", 3, ("may-nay",))
    ]
    assert (found.vantage, found.zones["loopback"].cidrs) == (
        "loopback",
        ("127.0.0.0/8", "::1/128"),
    )
    assert found.scan_approvals[0].until == "2027-12-31"


def test_example_folder_is_read_as_one():
    """Several files make one inventory, and logins are merged from file, zone and host."""
    found = load(ROOT / "inventories" / "example")
    key = Secret(scheme="file", name="~/.ssh/attt_ed25519")
    sudo = Secret(scheme="env", name="ATTT_SUDO")
    general = Connect(user="attt", key=key, sudo_password=sudo, via="h-0001")

    assert found.hosts["h-0101"].connect == general
    assert found.hosts["h-0103"].connect == replace(general, port=2222)
    assert found.hosts["h-0002"].connect == replace(general, via=None)
    assert found.hosts["h-0001"].connect.via is None
    assert found.hosts["h-0201"].connect.transport is TransportKind.NONE
    assert found.hosts["h-0201"].reason
    assert found.systems["TTHC"].hosts == ("h-0101", "h-0102", "h-0103")
    assert found.systems["TTHC"].inherits_from == "TTDL"
    assert found.systems["TTHC"].plan[1].answer is PlanAnswer.ROADMAP
    assert found.measures[0].host == "h-0103"
    assert found.zones["ung-dung"].expose[0].services == (
        PortRange(protocol="tcp", first=8000, last=8100),
    )


def test_digest_is_over_what_is_said_not_over_the_files(tmp_path):
    """The same facts in other files, order of keys or comments have the same digest."""
    whole = load(write(tmp_path, BODIES + ZONES + HOSTS + SYSTEMS))
    folder = tmp_path / "split"
    folder.mkdir()
    write(folder, "# moved\n" + HOSTS + ZONES, "b.yml")
    write(folder, SYSTEMS + BODIES, "a.yaml")
    split = load(folder)
    other = load(write(tmp_path, BODIES + ZONES + HOSTS + SYSTEMS.replace("level: 3", "level: 2")))

    assert whole.digest == split.digest
    assert whole.digest != other.digest
    assert split.source == str(folder)


def test_subfolders_are_read_and_hidden_files_are_not(tmp_path):
    """Nothing that looks like inventory is left out silently; editors' hidden files are."""
    below = tmp_path / "so"
    below.mkdir()
    write(tmp_path, BODIES + ZONES, "a.yaml")
    write(below, HOSTS, "b.yaml")
    write(tmp_path, "a: [", ".#b.yaml")

    assert list(load(tmp_path).hosts) == ["h-1", "h-2"]


def test_addresses_take_their_shortest_form(tmp_path):
    """Two spellings of one IPv6 address are one address."""
    text = HOSTS.replace("2001:db8::2", "2001:0DB8:0:0::0002")

    assert load(write(tmp_path, ZONES + text)).hosts["h-2"].addresses == ("2001:db8::2",)


ONE_ZONE = (
    "zones:\n- {id: a, name: a, cidrs: [192.0.2.0/24], expose: [{from: any, services: [443]}]}"
)
MEASURE = "measures:\n- ¦{id: m, kind: equivalent, reason: r, approver: a, document: d, from: 2026-01-01, until: 2026-12-31, host: h}"


def pointed(text: str) -> tuple[str, int, int]:
    """The text without its mark ¦, and the line and column at which the mark stood."""
    before, mark, _ = text.partition("¦")
    assert mark
    return text.replace("¦", ""), before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize(
    ("text", "message", "mend"),
    [
        # what the loader of part 4 refuses
        (BODIES + "¦zone: []\n", "Unknown key 'zone'", "Did you mean 'zones'?"),
        ("hosts: ¦{id: a}\n", "must be a list", "- "),
        (BODIES + SYSTEMS.replace("3", "¦6"), "integer from 1 to 5, not 6", "Write"),
        (BODIES + SYSTEMS.replace("3", "¦true"), "integer from 1 to 5, not true", "Write"),
        ("hosts:\n¦\t- {id: a}\n", "tab", "spaces"),
        ("a: ¦&a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "Anchors", "Write the value out"),
        ("hosts: ¦!!python/name:os.system x\n", "Tags", "Remove the tag"),
        ("[" * 64 + "¦" + "[" * 19_936, "nested", "bracket"),
        ("hosts: []\n¦hosts: []\n", "twice, first at", "Remove"),
        ("hosts: [{id: a¦\0}]\n", "U+0000", "Remove"),
        # ids
        (ZONES.replace("dmz", "¦internet"), "can't be a zone's id", "internet-1"),
        ("hosts:\n- {id: ¦máy 1, transport: local}", "can't be an id", "unaccented"),
        (ZONES + HOSTS.replace("h-2", "¦h-1"), "twice, first at", "another id"),
        # forms
        (ZONES + HOSTS.replace("192.0.2.1]", "¦192.0.2.1/24]"), "not an IPv4 or", "no name"),
        (ZONES + HOSTS.replace("192.0.2.1]", "¦web.local]"), "not an IPv4 or", "no name"),
        (ZONES + HOSTS.replace("192.0.2.1]", "¦0.0.0.0]"), "one host", "own address"),
        (ZONES + HOSTS.replace('"2001:db8::2', '¦"2001:db8::2%eth0'), "one host", "own address"),
        (ZONES.replace("192.0.2.0", "¦192.0.2.7"), "not a network prefix", "192.0.2.0/24"),
        (ZONES.replace("192.0.2.0/24", "¦192.0.2.0"), "network prefix", "192.0.2.0/32"),
        ("zones: [{id: a, name: a, cidrs: ¦[]}]", "empty", "at least 1"),
        (ONE_ZONE.replace("443", "¦443"), "'443' is not a service", "Write 443/tcp"),
        (ONE_ZONE.replace("443", "¦9-2/tcp"), "'9-2/tcp' is not a service", "443/tcp"),
        (ONE_ZONE.replace("443", "¦70000/tcp"), "is not a service", "1 to 65535"),
        # names that lead nowhere
        (ZONES + HOSTS.replace("zone: dmz", "zone: ¦dmx", 1), "no zone 'dmx'", "'dmz'"),
        (BODIES + SYSTEMS.replace("ubnd", "¦ubmd"), "no organisation 'ubmd'", "'ubnd'"),
        (BODIES + SYSTEMS.replace("hosts:", "co_operators: [ttcds, ¦ttcdx], hosts:"), "no organisation 'ttcdx'", "'ttcds'"),
        (BODIES + SYSTEMS.replace("hosts:", "dossier: ¦x, hosts:"), "no dossier 'x'", "declare"),
        (BODIES + ZONES + HOSTS + SYSTEMS.replace("web", "¦wev"), "no host 'wev'", "'web'"),
        (BODIES + ZONES + HOSTS + SYSTEMS.replace("h-2", "¦h-1"), "list twice", "Remove"),
        (BODIES + SYSTEMS.replace("hosts:", "inherits: ¦B, hosts:"), "no system 'B'", "here: A"),
        (BODIES + SYSTEMS.replace("hosts:", "inherits: ¦A, hosts:"), "circle", "Remove"),
        ("vantage: {zone: ¦dmx}\n" + ZONES, "no zone 'dmx'", "'dmz'"),
        (ONE_ZONE.replace("any", "¦qqq").replace("443", "any"), "no zone 'qqq'", "Known here: a, any, internet"),
        (ZONES + HOSTS.replace("zone: dmz", "connect: {via: ¦h-9}", 1), "no host 'h-9'", "h-"),
        (ZONES + HOSTS.replace("zone: dmz", "connect: {via: ¦h-1}", 1), "circle", "Remove"),
        ("hosts: [{id: a, transport: local}, {id: b, addresses: [192.0.2.1], connect: {via: ¦a}}]", "can't be a jump host", "transport ssh"),
        # hosts
        ("hosts:\n- ¦{id: a}", "no address to connect to", "transport: none"),
        ("hosts:\n- {id: a, transport: ¦none}", "no reason", "reason"),
        ("hosts:\n- {id: a, transport: ¦winrm}", "not a choice", "ssh, local, none"),
        ("hosts:\n- ¦{id: a, transport: none, reason: x, connect: {transport: ssh}}", "at the host and in", "Remove"),
        ("hosts:\n- {id: a, transport: local, was: [¦b]}\n- {id: b, transport: local}", "id of another host, at", "for ever"),
        ("hosts:\n- {id: a, transport: local, was: [c]}\n- {id: b, transport: local, was: [¦c]}", "id of another host, at", "for ever"),
        (BODIES + SYSTEMS.replace("[web, h-2]", "[¦old]") + "hosts: [{id: new, transport: local, was: [old]}]", "no host 'old'", "now 'new'"),
        (ZONES + BODIES + HOSTS.replace("name: db", "name: web") + SYSTEMS.replace("web", "¦web"), "Several hosts", "h-1, h-2"),
        # papers
        ("scan_approvals:\n- ¦{zones: [a], document: x, date: 2026-11-02, until: 2026-11-01, by: b}", "lies before 'date'", "wrong way"),
        ("scan_approvals:\n- {zones: [a], document: x, date: ¦02/11/2026, until: 2026-11-01, by: b}", "not a date", "2026-11-02"),
        (ZONES + "scan_approvals:\n- {zones: [dmz], document: x, date: 2026-11-01, until: 2026-11-01, by: ¦bca}", "no organisation 'bca'", "declare"),
        ("dossiers: [{id: d, status: approved, decision: {number: n, date: 2026-01-01, by: ¦bca}}]", "no organisation 'bca'", "declare"),
        (MEASURE.replace("¦", "").replace("equivalent", "¦waiver"), "not a choice", "equivalent, roadmap"),
        (MEASURE.replace("host: h", "rule: r"), "names no system", "never covers everything"),
        (MEASURE, "no rule or requirement", "equivalent to"),
        (MEASURE.replace("equivalent", "roadmap").replace("2026-12-31", "2025-12-31"), "lies before 'from'", "wrong way"),
        (MEASURE.replace("equivalent", "roadmap").replace("host: h", "host: h, item: i"), "item without its rule", "rule"),
        (MEASURE.replace("¦", "").replace("equivalent", "roadmap").replace("host: h", "host: ¦h"), "no host 'h'", "declare"),
        ("attestations:\n- ¦{id: m, requirements: [X], document: d, number: n, date: 2026-01-01, until: 2026-12-31}", "a system or an organisation", "not both"),
        (BODIES + SYSTEMS.replace("hosts: [web, h-2]", "plan: [¦{requirement: X, answer: not_applicable}]"), "no reason", "reason"),
        (BODIES + SYSTEMS.replace("hosts: [web, h-2]", "plan: [{requirement: X, answer: applied}, ¦{requirement: X, answer: roadmap}]"), "twice, first at", "approved plan"),
    ],
)  # fmt: skip
def test_wrong_inventory_is_refused_with_place_and_mend(tmp_path, text, message, mend):
    """Each mistake is one message at its file, line and column (marked ¦), with what to do."""
    text, line, column = pointed(text)
    path = write(tmp_path, text)
    error = refused(path)

    assert Place(str(path), line, column) == error.place
    assert message in error.message.text()
    assert mend in str(error.hint)


def test_an_empty_file_is_refused(tmp_path):
    """A file without a value is not an inventory without hosts."""
    error = refused(write(tmp_path, "# nothing yet\n"))

    assert Place(str(tmp_path / "i.yaml"), 1) == error.place


@pytest.mark.parametrize("raw", [b"\x7fELF\x00", b"a: \xff", b"\xff\xfea\x00"])
def test_binary_file_is_refused(tmp_path, raw):
    """What is not text is told as such."""
    path = tmp_path / "i.yaml"
    path.write_bytes(raw)
    error = refused(path)

    assert error.place is not None
    assert error.place.line == 1


def test_missing_path_and_empty_folder_are_refused(tmp_path):
    """A path without an inventory is an error, not an empty inventory."""
    (tmp_path / "empty").mkdir()
    missing, empty = refused(tmp_path / "none.yaml"), refused(tmp_path / "empty")

    assert Place(str(tmp_path / "none.yaml")) == missing.place
    assert Place(str(tmp_path / "empty")) == empty.place


def test_a_linked_folder_is_read_once(tmp_path):
    """A folder of folders by symbolic links is read whole, and a link that leads back is no loop."""
    inventory, elsewhere = tmp_path / "i", tmp_path / "elsewhere"
    for folder in (inventory, elsewhere):
        folder.mkdir()
    write(inventory, ZONES, "a.yaml")
    write(elsewhere, HOSTS, "h.yaml")
    (inventory / "linked").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(inventory)
    (inventory / "self").symlink_to(".")

    assert load(elsewhere).hosts.keys() == load(inventory).hosts.keys() != set()


def test_a_pipe_in_a_folder_is_refused(tmp_path):
    """Reading it would wait without end for somebody to write."""
    write(tmp_path, ZONES, "a.yaml")
    os.mkfifo(tmp_path / "b.yaml")

    assert Place(str(tmp_path / "b.yaml")) == refused(tmp_path).place


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_folder_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    """Passed over in silence, its systems would be missing from every count."""
    for folder, mode in (("i", 0o755), ("i/closed", 0o700)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder).chmod(mode)
    write(tmp_path / "i", ZONES, "a.yaml").chmod(0o644)
    monkeypatch.chdir(tmp_path / "i")
    os.seteuid(65534)
    try:
        error = refused(Path())
    finally:
        os.seteuid(0)

    assert error.place is not None
    assert "closed" == Path(error.place.file).name


def test_one_id_in_two_files_names_both_places(tmp_path):
    """The second of two files is refused, and the message says where the first stands."""
    first = write(tmp_path, HOSTS, "a.yaml")
    second = write(tmp_path, ZONES + HOSTS, "b.yaml")
    error = refused(tmp_path)

    assert Place(str(second), 4, 10) == error.place
    assert f"{first}:2:10" in error.message.text()


@pytest.mark.parametrize("line", ["vantage: {zone: dmz}\n", "connect: {user: attt}\n"])
def test_what_holds_for_all_stands_in_one_file(tmp_path, line):
    """Two files can't both say where the controller stands or how to log in."""
    write(tmp_path, ZONES + line, "a.yaml")
    second = write(tmp_path, line, "b.yaml")
    error = refused(tmp_path)

    assert error.place is not None
    assert (error.place.file, error.place.line) == (str(second), 1)
    assert "a.yaml:3" in error.message.text()


@pytest.mark.parametrize(
    "text",
    [
        "connect: {password: ¦Hunter-2026!}",
        "connect: {password: ¦20262026}",
        "connect:\n  sudo: {password: ¦'Hunter-2026!'}",
        "connect: {key: ¦Hunter-2026!}",
        "connect: {passwd: ¦Hunter-2026!}",
        "connect: {mat_khau: ¦Hunter-2026!}",
        "connect: {api_token: [¦Hunter-2026!]}",
        "hosts: [{id: a, snmp-community: ¦Hunter-2026!}]",
        "hosts: [{id: a, secret: ¦Hunter-2026!}]",
        "hosts: [{id: a, reason: ¦'https://u:Hunter-2026!@x'}]",
        "connect:\n  key: |\n    ¦-----BEGIN OPENSSH PRIVATE KEY-----\n    Hunter-2026!\n",
        "# ¦-----BEGIN RSA PRIVATE KEY----- Hunter-2026!\nhosts: []\n",
    ],
)
def test_a_literal_secret_is_refused_and_never_shown(tmp_path, text):
    """An inventory that holds a credential is not used, and the message does not repeat it."""
    text, line, column = pointed(text)
    path = write(tmp_path, text)
    error = refused(path)

    assert Place(str(path), line, column) == error.place
    assert error.message.text() == "A credential stands in the inventory itself"
    assert "Hunter" not in error.text()
    assert "20262026" not in error.text()


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("connect: {password: agent}", "env:NAME or file:PATH"),
        ("connect: {key: true}", "env:NAME"),
        ("connect: {sudo: {password: {x: Hunter}}}", "env:NAME"),
    ],
)
def test_a_wrong_reference_is_refused_and_never_shown(tmp_path, text, mend):
    """A credential that is no reference of the right kind is told without its text."""
    error = refused(write(tmp_path, text))

    assert mend in str(error.hint)
    assert "Hunter" not in error.text()


def test_references_to_credentials_are_kept(tmp_path):
    """env:, file: and agent come through as references."""
    text = 'connect: {user: a, key: agent, password: "env:P", sudo: {password: "file:/x"}}\n'
    connect = load(write(tmp_path, text + ZONES + HOSTS)).hosts["h-1"].connect

    assert (str(connect.key), str(connect.password), str(connect.sudo_password)) == (
        "agent",
        "env:P",
        "file:/x",
    )


_WORDS = st.sampled_from(["id", "hosts", "zones", "level", "a", "1", "true", "h-1", "192.0.2.1"])
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.dictionaries(
        st.sampled_from(["hosts", "zones", "systems", "connect", "vantage", "measures", "plan"]),
        _ANY,
        max_size=4,
    )
)
def test_any_shape_gives_an_inventory_or_an_input_error(tmp_path, data):
    """No data of a wrong shape makes loading fail in a way that the user is not told about."""
    path = write(tmp_path, repr(data).replace("True", "true").replace("None", "null"))
    try:
        outcome = load(path).digest
    except InputError as error:
        outcome = str(error.hint or "") and str(error.place)

    assert outcome
