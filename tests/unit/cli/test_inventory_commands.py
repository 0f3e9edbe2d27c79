"""`attt inventory check|show|template|schema` as a person and a script use them."""

import json

import jsonschema
import pytest

SOUND = """\
organisations: [{id: ubnd, name: UBND, role: owner}]
zones: [{id: lan, name: LAN, cidrs: [127.0.0.0/8]}]
hosts: [{id: h-1, name: web, transport: local, zone: lan}]
systems:
  - {code: A, name: A, level: 3, owner: ubnd, operator: ubnd, hosts: [web]}
"""
STAMPED = """\
templates:
  - id: lan-xa
    parameters: [ma]
    make:
      zones: [{id: "<ma>", name: Mạng <ma>, cidrs: [203.0.113.0/24]}]
      hosts: [{id: <ma>-1, addresses: [198.51.100.1], zone: <ma>, connect: {password: "env:GONE"}}]
instances:
  - {template: lan-xa, with: {ma: xa1}}
"""


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("text", "code"), [(SOUND, 0), (SOUND + STAMPED, 1)])
def test_warnings_end_with_1_only_where_asked(run, here, text, code):
    """A warning is no error; --strict makes it one, for scripts."""
    path = write(here / "i.yaml", text)

    assert (0, code) == (
        run("inventory", "check", path).code,
        run("inventory", "check", path, "--strict").code,
    )


def test_a_note_is_no_warning(run, here):
    """A credential that is kept on another machine never fails --strict."""
    path = write(here / "i.yaml", SOUND.replace("transport: local",
                 'addresses: [127.0.0.1], connect: {user: x, password: "env:GONE"}'))  # fmt: skip
    said = run("inventory", "check", path, "--strict")

    assert 0 == said.code
    assert "note: The environment variable GONE is not set" in said.out
    assert "0 warnings" in said.out


def test_each_warning_shows_place_and_mend(run, here):
    """Both ends of what a template made are named, and what to do stands below."""
    path = write(here / "i.yaml", SOUND + STAMPED)
    said = run("inventory", "check", path)

    assert f"{path}:11:15 ← {path}:13:5: warning: Host 'xa1-1' belongs to no system" in said.out
    assert "  Add 'xa1-1' to the 'hosts' of its system, or remove the host." in said.out
    assert "Template 'lan-xa', instances: 1; made: zones 1, hosts 1" in said.out
    assert "1 systems, 2 hosts, 2 zones; 2 warnings." in said.out


def test_the_documents_are_of_their_form(run, here, schema):
    """With --json one document, also of a refusal, also in Vietnamese."""
    path = write(here / "i.yaml", SOUND + STAMPED)
    checked = run("inventory", "check", path, "--json", "--strict")
    shown = run("inventory", "show", path, "--json", lang="vi")
    wrong = run("inventory", "check", write(here / "j.yaml", SOUND + "x: 1\n"), "--json")
    jsonschema.validate(checked.document, schema("inventory-check"))
    jsonschema.validate(shown.document, schema("inventory-show"))
    jsonschema.validate(wrong.document, schema("error"))

    assert (1, 0, 2) == (checked.code, shown.code, wrong.code)
    assert [
        ("address-in-no-zone", False),
        ("host-in-no-system", False),
        ("credential-not-here", True),
    ] == [(w["code"], w["is_note"]) for w in sorted(checked.document["warnings"], key=_by_code)]
    assert [("h-1", ["A"]), ("xa1-1", [])] == [
        (h["id"], h["systems"]) for h in shown.document["hosts"]
    ]
    assert f"{path}:13:5" == shown.document["hosts"][1]["instance"]


def _by_code(warning):
    return warning["is_note"], warning["code"]


def test_an_error_in_a_template_names_the_instance_in_json_too(run, here):
    """A script that shows the message shows both ends."""
    text = SOUND + STAMPED.replace("198.51.100.1", "x")
    error = run("inventory", "check", write(here / "i.yaml", text), "--json").document["error"]

    assert (11, True) == (error["line"], "i.yaml:13:5" in error["message"])


def test_show_tells_what_came_out(run, here):
    """Hosts with their systems and logins, and what each instance made."""
    path = write(here / "i.yaml", SOUND + STAMPED)
    said = run("inventory", "show", path)
    narrowed = run("inventory", "show", path, "--host", "web", "--json").document

    assert 0 == said.code
    assert "zones: xa1; hosts: xa1-1" in said.out
    assert ["h-1"] == [h["id"] for h in narrowed["hosts"]]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_starter_is_written_once(run, here, lang):
    """It checks without a warning, and a second try leaves it as it is."""
    path = here / "kiem-ke.yaml"
    first = run("inventory", "template", path, lang=lang)
    checked = run("inventory", "check", path, "--strict")
    path.write_text("mine")
    again = run("inventory", "template", path, lang=lang)
    nowhere = run("inventory", "template", here / "none" / "x.yaml", lang=lang)

    assert (0, 0, 2, 2) == (first.code, checked.code, again.code, nowhere.code)
    assert "mine" == path.read_text()
    assert str(path) in again.err


def test_schemas_are_printed_and_written(run, here):
    """To stdout for scripts, or into a folder for an editor, never over a file."""
    printed = run("inventory", "schema", "rule")
    written = run("inventory", "schema", "rule", "--out", here)
    again = run("inventory", "schema", "rule", "--out", here)
    other = run("inventory", "schema", "rules")

    assert (0, 0, 2, 2) == (printed.code, written.code, again.code, other.code)
    assert printed.document == json.loads((here / "rule.json").read_text())
    assert "" == written.out
