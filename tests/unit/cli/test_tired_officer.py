"""What goes wrong on a long day: each has an answer that says what to type, and no wrong number."""

import errno
import json

import pytest

from attt.cli.crash import guarded

HEAD = "organisations: [{id: o, name: O, role: owner}]\n"
TWO = (
    HEAD
    + """\
hosts:
  - {id: down, addresses: [127.0.0.1], connect: {user: root, key: agent, port: 9}}
  - {id: here, addresses: [127.0.0.1], connect: {transport: local}}
systems: [{code: A, name: A, level: 3, owner: o, operator: o, hosts: [down, here]}]
"""
)
NONE = HEAD + "systems: [{code: A, name: A, level: 3, owner: o, operator: o, hosts: []}]\n"
WORDS = ("--rule", "file-cron", "--no-scan", "--no-reports")


@pytest.fixture
def two(here):
    path = here / "i.yaml"
    path.write_text(TWO)
    return path


def test_a_terminal_without_vietnamese_letters(start, tmp_path):
    """Letters that it lacks are spelt out; that is no reason to fail."""
    (tmp_path / "here").mkdir()
    path = tmp_path / "here" / "kiểm kê.yaml"
    path.write_text(NONE)
    said = start("inventory", "check", path, cwd=tmp_path / "here", lang="vi",
                 PYTHONIOENCODING="ascii")  # fmt: skip

    assert 0 == said.code
    assert "ki\\u1ec3m" in said.out


def test_a_file_that_may_not_be_looked_at_is_no_bug(capsys):
    """Where nothing else caught it, a missing right is named with its file, also as JSON."""

    def denied():
        raise PermissionError(errno.EACCES, "Permission denied", "/closed/i.yaml")

    code = guarded(denied, ["audit", "--json"])
    document = json.loads(capsys.readouterr().out)

    assert 2 == code
    assert ("input", "/closed/i.yaml") == (document["error"]["code"], document["error"]["file"])
    assert document["error"]["hint"]


@pytest.mark.parametrize("name", ["none.yaml", "inventories/none"])
def test_a_mistyped_file_is_no_host(run, name):
    """`keys scan` looks up no file's name in the DNS."""
    said = run("keys", "scan", name)

    assert 2 == said.code
    assert "There is no such file" in said.err


def test_hosts_read_are_told_of_hosts_declared(run, two):
    """A list of runs counts no host that never answered as looked at."""
    run("audit", two, *WORDS)

    assert " 1/2 " in run("runs", "list").out


def test_the_next_step_is_a_host_that_was_read(run, two):
    """The first of the inventory did not answer: there is nothing to see of it."""
    assert "--host here" in run("audit", two, *WORDS).out


def test_a_mistyped_host_says_nothing_of_the_run(run, two):
    """Only the error, and each name that is near once."""
    run("audit", two, *WORDS)
    said = run("runs", "show", "--host", "her")

    assert (2, "") == (said.code, said.out)
    assert 1 == said.err.count("here")


def test_another_folder_is_the_same_inventory(run, two, monkeypatch):
    """Started from a subfolder, a run still follows the one before it, and its trend is one."""
    run("audit", "i.yaml", *WORDS)
    (two.parent / "attt.toml").write_text("")
    (two.parent / "sub").mkdir()
    monkeypatch.chdir(two.parent / "sub")
    run("audit", "../i.yaml", *WORDS)
    sources = {row["source"] for row in run("runs", "list", "--json").document}

    assert {str(two)} == sources
    assert 0 == run("runs", "diff").code
    assert 2 == len(run("runs", "trend", "../i.yaml", "--json").document)
    assert "without scan" in run("runs", "trend").out


def test_an_inventory_without_hosts(run, here):
    """Nothing to read is not "all is well", and the next step is no command with a hole in it."""
    (here / "i.yaml").write_text(NONE)
    audit, doctor = run("audit", "i.yaml", *WORDS[2:]), run("doctor", "i.yaml")

    assert (4, 4) == (audit.code, doctor.code)
    assert "--host" not in audit.out
    assert "attt inventory check" in audit.out
    assert "attt inventory check" in doctor.out
    assert "All is well" not in doctor.out
