"""A credential that attt is given is used, and then found nowhere: screens, files, store, papers."""

import os
import socket
import sqlite3
import zlib

import pytest
import zstandard

from attt.store.content import plainly
from attt.store.store import Store

SUDO, LOGIN, LOOSE = "Canary-sudo-7f3a!", "Canary-login-91bc!", "Canary-loose-44de!"
INVENTORY = """\
organisations: [{{id: ubnd, name: UBND, role: owner}}]
hosts:
  - {{id: here, transport: local, connect: {{sudo: {{password: "env:CANARY_SUDO"}}}}}}
  - {{id: closed, addresses: [127.0.0.1],
      connect: {{port: {port}, user: x, password: "file:{folder}/login"}}}}
  - {{id: loose, transport: local, connect: {{sudo: {{password: "file:{folder}/loose"}}}}}}
  - {{id: unset, transport: local, connect: {{sudo: {{password: "env:CANARY_UNSET"}}}}}}
systems:
  - {{code: A, name: A, level: 3, owner: ubnd, operator: ubnd, hosts: [here, closed, loose, unset]}}
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory, start):
    """An audit that was given credentials in every way, with all that it wrote and said."""
    if os.geteuid() != 0:
        if os.environ.get("CI") == "true":
            pytest.fail("this test needs root")
        pytest.skip("needs root: sudo would be tried with a wrong password")
    home = tmp_path_factory.mktemp("canaries")
    (home / "login").write_text(LOGIN)
    (home / "login").chmod(0o600)
    (home / "loose").write_text(LOOSE)
    (home / "loose").chmod(0o644)
    folder = home / "here"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (folder / "i.yaml").write_text(INVENTORY.format(port=port, folder=home))
    env = {"CANARY_SUDO": SUDO}
    commands = (
        ("audit", "i.yaml", "--no-scan"),
        ("audit", "i.yaml", "--no-scan", "--json"),
        ("plan", "i.yaml"),
        ("plan", "i.yaml", "--sudoers"),
        ("doctor", "i.yaml"),
        ("inventory", "check", "i.yaml"),
        ("runs", "show", "--json"),
        ("judge", "latest"),
        ("check", "local", "--sudo-password-env", "CANARY_SUDO", "--rule", "file-cron", "--json"),
        ("check", "local", "--sudo-password-env", "CANARY_SUDO", "--level", "9", "--json"),
    )
    return folder, {argv: start(*argv, cwd=folder, **env) for argv in commands}


def canaries_in(data: bytes) -> list[str]:
    return [canary for canary in (SUDO, LOGIN, LOOSE) if canary.encode() in data]


def test_the_canaries_were_used(work):
    """The test would prove nothing if no credential had ever been fetched."""
    _, said = work
    document = said["audit", "i.yaml", "--no-scan", "--json"].document
    reasons = {h["host"]["id"]: h["reason"] and h["reason"]["code"] for h in document["hosts"]}

    assert {"here": None, "closed": "refused", "loose": "credential", "unset": "credential"} == (
        reasons
    )


def test_no_stream_holds_a_canary(work):
    """Neither stdout nor stderr of any command, in words or as JSON."""
    _, said = work
    found = {argv: canaries_in((each.out + each.err).encode()) for argv, each in said.items()}

    assert {} == {argv: canaries for argv, canaries in found.items() if canaries}


def test_no_file_holds_a_canary(work):
    """Not one file that attt wrote, crash logs and temporary files with it, as bytes."""
    folder, _ = work
    files = [p for top in (folder, folder.parent / "tmp") for p in top.rglob("*") if p.is_file()]
    found = {path.name: canaries_in(path.read_bytes()) for path in files}

    assert len(files) >= 5
    assert {} == {name: canaries for name, canaries in found.items() if canaries}


def test_no_stored_content_holds_a_canary(work):
    """Nor anything in the store after it was unpacked: answers, heads and inventories."""
    folder, _ = work
    path = folder / "state" / "attt.db"
    with Store.open(path, must_exist=True) as store:
        answers = [
            repr(store.answers(run.id, host)) for run in store.runs() for host in store.done(run.id)
        ]
        heads = [repr((run, store.inventory(run.id))) for run in store.runs()]
    found = [canaries_in(text.encode()) for text in (*answers, *heads)]

    assert max(map(len, answers)) > 10_000
    assert [] == [each for each in found if each]
    assert [] == canaries_in(b"".join(unpacked(path)))


def unpacked(path):
    """Every cell of every table, and what is compressed also as it was before."""
    database = sqlite3.connect(path)
    tables = [
        name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    for table in tables:
        for row in database.execute(f'SELECT * FROM "{table}"'):
            for cell in row:
                data = cell if isinstance(cell, bytes) else str(cell).encode()
                yield data
                try:
                    yield plainly(data)
                except (zlib.error, zstandard.ZstdError):
                    continue
    database.close()


def test_no_paper_holds_a_canary(work, pdf_text):
    """The PDFs, read back as text."""
    folder, _ = work
    papers = list((folder / "out").glob("*.pdf"))
    text = "".join(map(pdf_text, papers))

    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert (2, []) == (len(papers), canaries_in(text.encode()))
