"""Templates make what was meant, visibly, and their errors name both ends."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attt.crosscheck import crosscheck
from attt.errors import InputError, Place
from attt.inventory.load import load
from attt.inventory.starter import starter
from attt.inventory.templates.fill import filled, size, used
from attt.inventory.templates.stamp import MAX_MADE
from attt.model.rulebook import Rulebook

TEMPLATE = """\
organisations:
  - {id: ubnd, name: UBND, role: owner}
templates:
  - id: lan
    parameters: [ma, ten, dai, cap]
    defaults: {cap: 2}
    make:
      zones:
        - {id: lan-<ma>, name: Mạng <ten>, cidrs: [<dai>.0/26]}
      systems:
        - {code: LAN-<ma>, name: Mạng <ten> (<ma>), level: <cap>, owner: ubnd, operator: ubnd, hosts: [<ma>-1]}
      hosts:
        - {id: <ma>-1, zone: lan-<ma>, addresses: [<dai>.5], connect: {sudo: {password: "env:SUDO_<ma>"}}}
"""
ONE = "  - {template: lan, with: {ma: a1, ten: xã Một, dai: 203.0.113}}\n"
TWO = "  - {template: lan, with: {ma: a2, ten: xã Hai, dai: 198.51.100, cap: 3}}\n"
WHOLE = f"{TEMPLATE}instances:\n{ONE}{TWO}"


def write(folder, text, name="i.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(path):
    with pytest.raises(InputError) as caught:
        load(path)
    assert caught.value.hint is not None
    return caught.value


def test_each_instance_makes_its_own(tmp_path):
    """Text is filled in, a value that stands alone keeps its type, defaults fill the rest."""
    found = load(write(tmp_path, WHOLE))

    assert [("LAN-a1", 2, ("a1-1",)), ("LAN-a2", 3, ("a2-1",))] == [
        (s.code, s.level, s.hosts) for s in found.systems.values()
    ]
    assert "Mạng xã Một (a1)" == found.systems["LAN-a1"].name
    assert ("198.51.100.0/26",) == found.zones["lan-a2"].cidrs
    assert "env:SUDO_a2" == str(found.hosts["a2-1"].connect.sudo_password)


def test_what_came_out_is_told(tmp_path):
    """The inventory knows which instance made which ids, and where both ends stand."""
    path = write(tmp_path, WHOLE)
    found = load(path)
    (template,) = found.templates

    assert ("lan", 2, Place(str(path), 4, 5)) == (
        template.id,
        len(template.instances),
        template.place,
    )
    assert {"zones": ("lan-a1",), "systems": ("LAN-a1",), "hosts": ("a1-1",)} == (
        template.instances[0].made
    )
    assert Place(str(path), 11, 11, f"{path}:16:5") == found.systems["LAN-a2"].place


def test_template_and_instances_may_stand_in_different_files(tmp_path):
    """In a folder the template is written once, and each district keeps its own instances."""
    write(tmp_path, TEMPLATE, "a.yaml")
    write(tmp_path, f"instances:\n{ONE}", "b.yaml")
    (tmp_path / "c").mkdir()
    write(tmp_path / "c", f"instances:\n{TWO}", "b.yaml")

    assert ["LAN-a1", "LAN-a2"] == list(load(tmp_path).systems)


def test_the_same_written_out_is_the_same_inventory(tmp_path):
    """Templates are a way of writing: the digest is that of what they make."""
    stamped = load(write(tmp_path, f"{TEMPLATE}instances:\n{ONE}"))
    body = TEMPLATE.partition("    make:\n")[2]
    for name, value in {"ma": "a1", "ten": "xã Một", "dai": "203.0.113", "cap": "2"}.items():
        body = body.replace(f"<{name}>", value)
    head = TEMPLATE.partition("templates:")[0]
    written = load(write(tmp_path, head + body.replace("\n      ", "\n").removeprefix("      ")))

    assert written.digest == stamped.digest
    assert written.systems["LAN-a1"] == replace(
        stamped.systems["LAN-a1"], place=written.systems["LAN-a1"].place
    )


@pytest.mark.parametrize(
    "case",
    [
        # in the template, for an instance
        ("198.51.100", "198.51.300", "9:52", "not a network prefix (in the instance at {file}:16:5)", "192.0.2.0/24"),
        ("ma: a2", "ma: xã-2", "9:16", "can't be an id (in the instance at {file}:16:5)", "unaccented"),
        ("cap: 3", "cap: 6", "11:60", "from 1 to 5, not 6 (in the instance at {file}:16:5)", "1, 2, 3"),
        ("cap: 3", "cap: '3'", "11:60", "from 1 to 5, not 3 (in the instance at {file}:16:5)", "without quotes"),
        ("ma: a2", "ma: a1", "9:16", "first at {file}:9:16 ← {file}:15:5 (in the instance at {file}:16:5)", "another id"),
        ("operator: ubnd", "operator: <ma>", "11:90", "no organisation 'a1' (in the instance at {file}:15:5)", "ubnd"),
        ("level: <cap>", "levle: <cap>", "11:53", "Unknown key 'levle' (in the instance at {file}:15:5)", "'level'"),
        # in the template itself
        ("Mạng <ten>,", "Mạng <tên>,", "9:32", "no parameter 'tên'", "'ten'"),
        ("Mạng <ten>,", "Mạng <Ten>,", "9:32", "no parameter 'Ten'", "'ten'"),
        ("parameters: [ma, ten, dai, cap]", "parameters: [ma, ten, dai]", "11:60", "parameter 'cap'", ""),
        ("defaults: {cap: 2}", "defaults: {caps: 2}", "6:22", "no parameter 'caps'", "'cap'"),
        ("parameters: [ma, ten", "parameters: [mã, ten", "5:18", "can't be a parameter", "unaccented"),
        ("      hosts:\n", "      host:\n", "12:7", "Unknown key 'host'", "'hosts'"),
        ("env:SUDO_<ma>", "env:SUDO-<ma>", "13:89", "A credential stands", "env:NAME"),
        # in the instance
        ("template: lan,", "template: lam,", "15:16", "no template 'lam'", "'lan'"),
        (", dai: 203.0.113", "", "15:27", "gives no dai", "'dai: …'"),
        ("ma: a1, ten", "ma: a1, tem: x, ten", "15:41", "no parameter 'tem'", "'ten'"),
        ("ten: xã Một", "ten: [xã Một]", "15:41", "", ""),
        ("ten: xã Một", "ten: null", "15:41", "", ""),
    ],
)  # fmt: skip
def test_mistakes_name_the_template_and_the_instance(tmp_path, case):
    """An error stands where the text stands, and says for which instance."""
    old, new, where, message, mend = case
    assert old in WHOLE
    path = write(tmp_path, WHOLE.replace(old, new, 1))
    error = refused(path)

    assert f"{path}:{where}" == str(error.place)
    assert message.format(file=path) in error.message.text()
    assert mend in str(error.hint)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("env:SUDO_<ma>", "<ma>"),
        WHOLE.replace("env:SUDO_<ma>", "<ten>").replace("xã Một", "Hunter-2026!"),
        WHOLE.replace("ten: xã Một", "ten: 'https://u:Hunter-2026!@x'"),
        WHOLE.replace("ten, dai, cap]", "ten, dai, cap, token]").replace(
            "ma: a1", "token: Hunter-2026!, ma: a1"
        ),
    ],
)
def test_no_secret_comes_in_through_a_template(tmp_path, text):
    """A credential is refused wherever it is written, and never shown."""
    error = refused(write(tmp_path, text))

    assert "A credential stands in the inventory itself" in error.message.text()
    assert "Hunter" not in error.text()


def test_a_value_that_makes_a_wrong_reference_is_never_shown(tmp_path):
    """What stands where a credential's name should be may be the credential."""
    text = WHOLE.replace("env:SUDO_<ma>", "env:<ten>").replace("xã Một", "Hunter-2026!")
    error = refused(write(tmp_path, text))

    assert "not a reference to a credential" in error.message.text()
    assert "Hunter" not in error.text()


def test_what_the_rulebook_lacks_names_the_instance_too(tmp_path):
    """A measure that a template made is held against the rulebook like any other."""
    body = "measures: [{id: m-<ma>, kind: roadmap, reason: r, approver: a, document: d, from: 2026-01-01, until: 2026-01-02, host: <ma>-1, rule: no-such}]"
    text = WHOLE.replace("      hosts:\n", f"      {body}\n      hosts:\n")
    book = Rulebook(rules={}, standards={}, packs=(), digest="")
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        crosscheck(load(path), book)

    assert f"{path}:12:18" == str(caught.value.place)
    assert f"no rule 'no-such' (in the instance at {path}:16:5)" in caught.value.message.text()


def test_instances_can_not_fill_the_memory(tmp_path):
    """A template times its instances has a limit, told at the instance that passes it."""
    hosts = "".join(f"        - {{id: <x>-{n}, transport: local}}\n" for n in range(1000))
    body = (
        f"templates:\n  - id: t\n    parameters: [x]\n    make:\n      hosts:\n{hosts}instances:\n"
    )
    many = "".join(f"  - {{template: t, with: {{x: {n}}}}}\n" for n in range(400))

    assert MAX_MADE < 400 * 3000
    assert "make more than" in refused(write(tmp_path, body + many)).message.text()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_starter_loads_with_every_comment_taken_away(tmp_path, language):
    """What `attt inventory template` writes works as it stands, and so does each part of it."""
    text = starter(language)
    lines = []
    for line in text.splitlines():
        inner = line.lstrip()
        is_yaml = inner.startswith("# ") and (
            line != inner
            or inner[2:].split(":")[0] in {"vantage", "scan_approvals", "dossiers", "connect"}
            or inner[2:].split(":")[0] in {"templates", "instances"}
            or inner.startswith("#   ")
        )
        indent = line[: len(line) - len(inner)]
        lines.append(indent + inner[2:] if is_yaml and "attt inventory" not in line else line)
    plain = load(write(tmp_path, text))
    whole = load(write(tmp_path, "\n".join(lines) + "\n"))

    assert (1, 1, 1) == (len(plain.systems), len(plain.hosts), len(plain.zones))
    assert (3, 5, 3) == (len(whole.systems), len(whole.hosts), len(whole.zones))
    assert (1, 1, 2) == (
        len(whole.dossiers),
        len(whole.scan_approvals),
        len(whole.templates[0].instances),
    )
    assert whole.vantage


_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("<a>-<b>"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=_DATA)
def test_filling_in_keeps_the_shape(data):
    """What comes out has as many values as what went in, and no parameter is left."""
    values = {name: "x" for name, _ in used(data)}
    out = filled(data, values)

    assert size(data) == size(out)
    assert [] == list(used(out))


@pytest.mark.parametrize("value", ["[1, 2]", "~", "{x: 1}"])
def test_a_value_that_is_none_is_told_once_by_its_own_name(tmp_path, value):
    """A list, a mapping or nothing can't be filled in; no inner word of the validator is shown."""
    error = refused(write(tmp_path, WHOLE.replace("ten: xã Một", f"ten: {value}")))

    assert error.message.text().startswith("instances[0].with.ten must be one value, not ")
    assert "more to mend" not in error.hint.text()
