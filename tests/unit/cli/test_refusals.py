"""Whatever is wrong in a file: one message with its place and the mend, and nothing is done."""

import json
import re

import jsonschema
import pytest

CANARY = "Hunter-2026-canary!"
SYSTEM = """\
organisations: [{id: ubnd, name: UBND, role: owner}]
zones: [{id: lan, name: LAN, cidrs: [192.0.2.0/24]}]
hosts: [{id: h-1, name: web, transport: local, zone: lan}]
systems:
  - {code: A, name: A, level: 3, owner: ubnd, operator: ubnd, hosts: [web]}
"""
PLACE = re.compile(r"(?:Error|Lỗi): (?P<file>[^:]+)(?::(?P<line>\d+))?(?::(?P<column>\d+))?: .")

INVENTORIES = {
    "unknown key": (SYSTEM + "host: []\n", 6, 1),
    "key of another language": (SYSTEM + "máy chủ: []\n", 6, 1),
    "wrong type": (SYSTEM + "measures: {a: b}\n", 6, 11),
    "level 6": (SYSTEM.replace("level: 3", "level: 6"), 5, 31),
    "level true": (SYSTEM.replace("level: 3", "level: true"), 5, 31),
    "level as text": (SYSTEM.replace("level: 3", 'level: "3"'), 5, 31),
    "no level": (SYSTEM.replace(" level: 3,", ""), 5, 5),
    "host twice": (SYSTEM.replace("hosts: [{", "hosts: [{id: h-1, transport: local}, {", 1), 3, 43),
    "key twice": (SYSTEM + "hosts: []\n", 6, 1),
    "unknown host": (SYSTEM.replace("[web]", "[wed]"), 5, 71),
    "unknown zone": (SYSTEM.replace("zone: lan", "zone: lam"), 3, 54),
    "unknown organisation": (SYSTEM.replace("owner: ubnd", "owner: ubmd"), 5, 41),
    "tab": (SYSTEM + "measures:\n\t- x\n", 7, 1),
    "alias bomb": ("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", 1, 4),
    "tag": ("hosts: !!python/object/apply:os.system [id]\n", 1, 8),
    "20,000 brackets": ("[" * 20_000, 1, 65),
    "20,000 braces": ("{a: " * 20_000, 1, 257),
    "NUL": ("hosts: []\0\n", 1, 10),
    "binary": (b"\x7fELF\x02\x01\x01\0\0\xff\xfe", 1, 10),
    "UTF-16": ("hosts: []".encode("utf-16"), 1, 1),
    "empty": ("", 1, None),
    "only a comment": ("# nothing\n", 1, None),
    "a list": ("- hosts\n", 1, 1),
    "a word": ("hosts\n", 1, 1),
    "two documents": (SYSTEM + "---\nhosts: []\n", 6, 1),
    "unclosed quote": ("hosts: [{id: 'a}]\n", 1, 14),
    "password": (SYSTEM + f"connect: {{password: {CANARY}}}\n", 6, 21),
    "password in a list": (SYSTEM + f"connect:\n  token: [{CANARY}]\n", 7, 11),
    "password in an address": (SYSTEM + f"x: 'ssh://root:{CANARY}@192.0.2.1'\n", 6, 4),
    "private key": (SYSTEM + f"# -----BEGIN RSA PRIVATE KEY----- {CANARY}\n", 6, 3),
    "password of the wrong type": (SYSTEM + f"connect: {{password: {{x: {CANARY}}}}}\n", 6, None),
}  # fmt: skip


def write(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(said, file, line, column):
    """Checks one message with place and mend, and nothing else on any stream."""
    message, *mend = said.err.rstrip("\n").split("\n")
    place = PLACE.match(message)

    assert 2 == said.code, said.err
    assert place, message
    assert (str(file), line and str(line)) == (place["file"], place["line"])
    assert column is None or str(column) == place["column"], message
    assert len(mend) >= 1
    assert all(text.startswith("  ") for text in mend)
    assert "Traceback" not in said.err + said.out
    assert CANARY not in said.err + said.out


@pytest.mark.parametrize("name", INVENTORIES)
def test_wrong_inventory(run, here, schema, name):
    """Exit 2 with place and mend in both languages; on stdout one document, and no folder made."""
    text, line, column = INVENTORIES[name]
    path = write(here / "i.yaml", text)
    english = run("audit", path, "--json")
    vietnamese = run("audit", path, lang="vi")
    checked = run("inventory", "check", path)

    refused(english, path, line, column)
    refused(vietnamese, path, line, column)
    refused(checked, path, line, column)
    assert ("", "") == (vietnamese.out, checked.out)
    jsonschema.validate(english.document, schema("error"))
    told = english.document["error"]
    assert ("input", str(path), line) == (told["code"], told["file"], told["line"])
    assert english.err.split("\n")[0] != vietnamese.err.split("\n")[0]
    assert [path] == list(here.iterdir())


@pytest.mark.parametrize("command", [("audit",), ("plan",), ("doctor",), ("inventory", "check")])
@pytest.mark.parametrize("kind", ["missing", "empty folder"])
def test_inventory_that_is_not_there(run, here, command, kind):
    """A path that leads nowhere is named, with what to do."""
    path = here / kind
    if kind == "empty folder":
        path.mkdir()
    said = run(*command, path)

    assert (2, False) == (said.code, "Traceback" in said.err)
    assert said.err.startswith(f"Error: {path}: ")
    assert not (here / "state").exists()


def test_several_files_say_which(run, here):
    """In a folder the message names the file, not the folder."""
    folder = here / "i"
    folder.mkdir()
    write(folder / "a.yaml", SYSTEM)
    second = write(folder / "b.yaml", "hosts: [{id: h-1, transport: local}]\n")
    said = run("audit", folder)

    refused(said, second, 1, 14)
    assert f"{folder / 'a.yaml'}:3:" in said.err


# --- rules ---------------------------------------------------------------------------------

RULES = {
    "unknown key": ("severity: high", "severty: high", 3),
    "unknown fact": ("file.attributes", "file.attribute", 4),
    "unknown operator": ("is: root", "iss: root", 6),
    "no operator": (", is: root", "", 6),
    "two operators": ("is: root", "is: root, is_not: x", 6),
    "severity that is none": ("severity: high", "severity: terrible", 3),
    "id of another file": ("id: own-rule", "id: other-rule", 1),
    "parameter of a fact": ("path: /etc/passwd", "paht: /etc/passwd", 4),
    "tab": ("why:", "\twhy:", 7),
    "alias bomb": ("why:", "x: &a [*a]\nwhy:", 7),
    "tag": ("severity: high", "severity: !!str high", 3),
    "NUL": ("high", "hi\0gh", 3),
    "20,000 brackets": ("is: root}", "is: " + "[" * 20_000, 6),
    "key twice": ("why:", "severity: low\nwhy:", 7),
}  # fmt: skip


# What only lint sees: `rules lint` tells all of it, and nothing is judged by such a rule.
UNFIT = {
    "unknown field": ("f.user", "f.usr", 6),
    "unknown alias": ("f.user", "g.user", 6),
    "wrong type": ("is: root", "is: 3", 6),
    "unknown parameter": ("is: root", "is: $who", 6),
    "expectation id twice": ("is: root}\n", "is: root}\n  - {id: owner, fact: f.user, is: x}\n", 7),
}  # fmt: skip


@pytest.fixture
def own_rule(request, here, own_pack):
    """A pack whose rule is wrong in one way; with the rule's path and the line."""
    pack = own_pack(here)
    path = pack / "own-rule.yaml"
    old, new, line = {**RULES, **UNFIT}[request.param]
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return pack, path, line


@pytest.mark.parametrize("own_rule", RULES, indirect=True)
def test_wrong_rule(run, own_rule, schema, demo):
    """A rule of one's own that is wrong stops `rules` and audits alike, before anything is done."""
    pack, path, line = own_rule
    listed = run("rules", "list", "--pack", pack, "--json")
    linted = run("rules", "lint", "--pack", pack, lang="vi")
    (pack.parent / "attt.toml").write_text(f'packs = ["{pack}"]\n')
    audited = run("audit", demo)
    checked = run("check", "local", "--save", lang="vi")

    for said in (listed, linted, audited, checked):
        refused(said, path, line, None)
    jsonschema.validate(listed.document, schema("error"))
    assert line == listed.document["error"]["line"]
    assert ("", "", "") == (linted.out, audited.out, checked.out)
    assert not (pack.parent / "state").exists()


@pytest.mark.parametrize("own_rule", UNFIT, indirect=True)
def test_unfit_rule(run, own_rule, demo):
    """A rule that could not judge rightly is told of by lint, and refused where it would judge."""
    pack, path, _ = own_rule
    linted = run("rules", "lint", "--pack", pack)
    proved = run("rules", "prove", "own-rule", "--pack", pack)
    (pack.parent / "attt.toml").write_text(f'packs = ["{pack}"]\n')
    audited = run("audit", demo, lang="vi")
    checked = run("check", "local", "--save", "--standard", "own-1")

    assert 1 == linted.code
    assert f"{path}:1:5: own-rule: " in linted.out
    for said in (proved, audited, checked):
        refused(said, path, 1, None)
    assert not (pack.parent / "state").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"\x7fELF\0\xff", 1),
        (b"", 1),
        (b"- a\n", 1),
        (b"id: own\nversion: 1.0.0\nneeds_attt: '>=99'\n", 3),
        (b"id: attt\nversion: 1.0.0\nneeds_attt: '>=0.1'\n", 1),
        (b"id: own\nversion: 1.0.0\nneeds_attt: '>=0.1'\npassword: " + CANARY.encode(), 4),
    ],
)
def test_wrong_pack_file(run, here, own_pack, text, line):
    """The pack's own file is read as strictly."""
    pack = own_pack(here)
    (pack / "pack.yaml").write_bytes(text)

    refused(run("rules", "list", "--pack", pack), pack / "pack.yaml", line, None)


def test_wrong_standard(run, here, own_pack):
    """A standard that asks for a rule that is not there is refused where it does."""
    pack = own_pack(here)
    path = pack / "standards" / "own-1.yaml"
    path.write_text(path.read_text().replace("{rule: own-rule}", "{rule: own-rul}"))

    refused(run("rules", "coverage", "--pack", pack), path, 17, None)


@pytest.mark.parametrize("pack", ["nowhere", "a-file"])
def test_pack_that_is_not_there(run, here, pack):
    """A pack's path that leads nowhere is an error, never a pack without rules."""
    (here / "a-file").write_text("id: x\n")
    (here / "attt.toml").write_text(f'packs = ["{pack}"]\n')
    said = run("rules", "list")

    assert 2 == said.code
    assert f"{here / pack}/pack.yaml: " in said.err


# --- settings ------------------------------------------------------------------------------

SETTINGS = {
    "unknown key": ('stat = "x"\n', 1),
    "unknown key in a table": ('[letterhead]\nbodi = "x"\n', 2),
    "wrong type": ("state = 5\n", 1),
    "no choice": ('out = "x"\nlanguage = "fr"\n', 2),
    "too many": ("\nconcurrency = 0\n", 2),
    "date": ('[deadlines]\ntransition = "30/6/2027"\n', 2),
    "key twice": ('state = "a"\nstate = "b"\n', 2),
    "not TOML": ("state: x\n", 1),
    "not text": (b"state = '\xff'\n", 1),
    "password": (f'password = "{CANARY}"\n', 1),
    "password in a table": (f'[letterhead]\nbody = "x"\ntoken = "{CANARY}"\n', 3),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_wrong_settings(run, here, demo, schema, name):
    """A wrong attt.toml stops every command that heeds it, and names the line."""
    text, line = SETTINGS[name]
    path = write(here / "attt.toml", text)
    audited = run("audit", demo, "--json")
    listed = run("runs", "list", lang="vi")
    other = run("--config", path, "rules", "list")

    for said in (audited, listed, other):
        refused(said, path, line, None)
    jsonschema.validate(audited.document, schema("error"))
    assert [path] == list(here.iterdir())


def test_missing_settings_file(run):
    """A settings file that was named and is not there is an error; defaults would be a surprise."""
    said = run("--config", "none.toml", "rules", "list")

    assert 2 == said.code
    assert "none.toml: " in said.err


def test_names_of_files_are_shown_never_obeyed(run, here, schema):
    """A file name that would steer the terminal is spelt out; JSON holds it escaped, and whole."""
    name = "a\x1b[31m\x9b2J\u202egnp.yaml"
    said = run("audit", name, "--json")
    steering = set("\x1b\x9b\u202e")

    assert (2, set(), set()) == (said.code, steering & set(said.err), steering & set(said.out))
    assert name == json.loads(said.out)["error"]["file"]


def test_a_name_that_is_no_text_is_an_input_error(start, tmp_path):
    """Bytes on the command line that are no UTF-8 are no crash, and stdout stays UTF-8."""
    (tmp_path / "x").mkdir()
    said = start(
        "audit", b"\xff.yaml".decode(errors="surrogateescape"), "--json", cwd=tmp_path / "x"
    )

    assert (2, "\udcff.yaml") == (said.code, said.document["error"]["file"])
