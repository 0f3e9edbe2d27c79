"""Hosts that mean harm among honest ones: their own findings are unknown, and nobody else's change."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import hostile_words as words
import paramiko
import pytest
from hostile_server import HostileServer, Visit, framed
from lab.host import LabHost
from lab.session import Lab

ROOT = Path(__file__).resolve().parents[2]
RULES = (
    "account-single-root",
    "account-no-empty-password",
    "sshd-root-login",
    "file-account-database",
)
GUESSED = b"0" * 32
INDEXES = tuple(b"%d" % n for n in range(40))


def drips(visit: Visit) -> None:
    visit.send(visit.frame(b"h") + b"\n%s 0 <\n" % visit.nonce)
    while True:
        visit.send(b"x")
        time.sleep(0.1)


def floods(visit: Visit) -> None:
    visit.send(visit.frame(b"h"))
    while True:
        visit.send(b"x" * 30_000)


def floods_stderr(visit: Visit) -> None:
    visit.send(visit.frame(b"h"))
    while True:
        visit.channel.sendall_stderr(b"x" * 30_000)


def never_ends(visit: Visit) -> None:
    visit.send(visit.frame(b"h"))
    visit.hold()


def guesses(visit: Visit) -> None:
    visit.send(b"".join(framed(GUESSED, i, b"", b"0") for i in (b"h", *INDEXES, b"z")))
    visit.channel.close()


def replays(visit: Visit) -> None:
    """Frames under another visit's word, and our own word only where it says who it is."""
    visit.send(visit.frame(b"h"))
    visit.send(b"".join(framed(b"f" * 32, i, b"root:x:0:0::/:/bin/sh\n", b"0") for i in INDEXES))
    visit.channel.close()


def breaks_off(visit: Visit) -> None:
    visit.send(visit.frame(b"h") + b"\n%s 0 <\nroot:x:0:0:" % visit.nonce)
    time.sleep(0.3)
    visit.channel.get_transport().sock.close()


def is_huge(visit: Visit) -> None:
    """A packet whose length is two gibibytes."""
    visit.send(visit.frame(b"h"))
    plain = visit.channel.get_transport().sock
    plain.sendall(b"\x7f\xff\xff\xf0")
    while True:
        plain.sendall(b"\0" * 65536)


def extends(visit: Visit) -> None:
    """Four thousand million extensions, in a message of five bytes."""
    message = paramiko.Message()
    message.add_byte(b"\x07")
    message.add_int(0xFFFF_FF00)
    visit.channel.get_transport()._send_user_message(message)
    visit.hold()


def opens(visit: Visit) -> None:
    """Channels that nobody asked for, without end."""
    visit.send(visit.frame(b"h"))
    link = visit.channel.get_transport()
    for number in range(10**9):
        message = paramiko.Message()
        message.add_byte(b"\x5a")
        message.add_string("forwarded-tcpip")
        message.add_int(number % 2**31)
        message.add_int(0)
        message.add_int(0)
        link._send_user_message(message)


def lies(visit: Visit) -> None:
    """Every field that a host has, filled with words that steer."""
    evil = words.EVERY.replace("\n", "").encode()
    inline = evil.replace(b":", b"").replace(b"\0", b"").replace(b"\r", b"")
    header = b'uid 0\nuname %s\nID=debian\nVERSION_ID=12\nPRETTY_NAME="%s"\n' % (evil, evil)
    visit.send(visit.frame(b"h", header) + visit.frame(b"m", b"root\n"))
    passwd = b"root:x:0:0:root:/root:/bin/bash\n%s:x:0:0::/:/bin/sh\n%s:x:0:0::/:/bin/sh\n" % (
        inline, words.FORMULA.replace(":", "").encode(),
    )  # fmt: skip
    for index in INDEXES:
        line = re.search(rb"\b(?:file|tree|stats|cmd|open) %s .*" % index, visit.program)
        text = line[0] if line else b""
        if b"/etc/passwd" in text and b"stats" not in text:
            visit.send(visit.frame(index, passwd))
        else:
            visit.channel.sendall_stderr(visit.frame(index, evil + words.NOT_TEXT, b""))
            visit.send(visit.frame(index, evil + words.NOT_TEXT, b"1"))
    visit.send(visit.frame(b"z", b"", b"end"))
    visit.channel.close()


MEAN = (drips, floods, floods_stderr, never_ends, guesses, replays, breaks_off, is_huge, extends,
        opens, lies)  # fmt: skip


def takes_nothing(visit: Visit) -> None:
    visit.hold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One audit: what it said, how long it took (s) and how much memory it had (MiB)."""

    document: dict[str, object]
    stdout: str
    stderr: str
    took_s: float
    peak_mib: float

    def findings(self, host: str) -> str:
        """A host's findings as they are printed, but for the digests of raw answers (process numbers)."""
        hosts = {h["host"]["id"]: h for h in self.document["hosts"]}  # type: ignore[index,attr-defined]
        found = [{**f, "evidence": len(f["evidence"])} for f in hosts[host]["findings"]]
        return json.dumps(found, ensure_ascii=False)


def audit(folder: Path) -> Ran:
    """`attt audit` of the folder's inventory as a process of its own."""
    command = [
        sys.executable,
        "-m",
        "attt",
        "--lang",
        "en",
        "audit",
        "i.yaml",
        "--no-scan",
        "--json",
    ]
    command += [word for rule in RULES for word in ("--rule", rule)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            command, cwd=folder, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - started
    stdout, stderr = (folder / "out").read_text(), (folder / "err").read_text()
    assert stdout, stderr
    return Ran(document=json.loads(stdout), stdout=stdout, stderr=stderr, took_s=took,
               peak_mib=usage.ru_maxrss / 1024)  # fmt: skip


def inventory(hosts: list[LabHost], servers: dict[str, HostileServer]) -> str:
    """Two honest hosts and any number of others, of one system."""
    lines = [
        "organisations: [{id: o, name: O, role: owner}]",
        f'connect: {{user: root, key: "file:{hosts[0].identity}", timeout_s: 5}}',
        "hosts:",
        *(f'  - {{id: honest{n}, addresses: ["{h.address}"]}}' for n, h in enumerate(hosts)),
        *(f"  - {{id: {name}, addresses: [127.0.0.1], connect: {{port: {s.port}}}}}"
          for name, s in servers.items()),
    ]  # fmt: skip
    names = ", ".join(("honest0", "honest1", *servers))
    system = f"{{code: A, name: A, level: 3, owner: o, operator: o, hosts: [{names}]}}"
    return "\n".join([f"systems: [{system}]", *lines, ""])


@pytest.fixture(scope="module")
def office(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ran, Ran, Path]]:
    """The audit of two honest hosts alone, then of the same among hostile ones; and the folder."""
    hosts = [lab.host("debian-12"), lab.host("debian-13")]
    servers = {act.__name__.replace("_", "-"): HostileServer(act) for act in MEAN}
    servers["takes-nothing"] = HostileServer(takes_nothing, reads=False)
    ran = []
    try:
        for host in hosts:
            host.user("root")
        pins = [f"{h.address} {h.host_key()}\n" for h in hosts] + [s.pin for s in servers.values()]
        for name, others in (("alone", {}), ("among", servers)):
            folder = tmp_path_factory.mktemp(name)
            (folder / "state").mkdir(mode=0o700)
            (folder / "state/known_hosts").write_text("".join(pins))
            (folder / "i.yaml").write_text(inventory(hosts, others))
            ran.append(audit(folder))
        yield ran[0], ran[1], folder
    finally:
        for server in servers.values():
            server.stop()
        for host in hosts:
            host.stop()


@pytest.mark.parametrize("host", ["honest0", "honest1"])
def test_an_honest_host_is_found_as_if_it_were_alone(
    office: tuple[Ran, Ran, Path], host: str
) -> None:
    """Its findings are the same to the byte, among a dozen hosts that mean harm."""
    alone, among, _ = office

    assert len(alone.findings(host)) > 1000
    assert alone.findings(host) == among.findings(host)


@pytest.mark.parametrize("name", [*(a.__name__.replace("_", "-") for a in MEAN), "takes-nothing"])
def test_a_hostile_host_passes_nothing(office: tuple[Ran, Ran, Path], name: str) -> None:
    """What it did not say in whole is unknown, or nothing was judged and the reason is told."""
    _, among, _ = office
    host = next(h for h in among.document["hosts"] if h["host"]["id"] == name)  # type: ignore[attr-defined]
    found = {finding["rule"]: finding["verdict"] for finding in host["findings"]}
    said = {"account-single-root": "fail"} if name == "lies" else {}

    assert {rule for rule in found if found[rule] != "unknown"} == said.keys()
    assert found or host["reason"]["code"]


def test_a_hostile_host_costs_its_own_deadline(office: tuple[Ran, Ran, Path]) -> None:
    """The longest wait is one deadline, and memory stays within what a few answers take."""
    alone, among, _ = office

    assert among.took_s < 60
    assert among.peak_mib - alone.peak_mib < 150


def test_nothing_raw_reaches_the_terminal(office: tuple[Ran, Ran, Path]) -> None:
    """Neither the document, nor the notes beside it, nor the host's page hold what steers."""
    _, among, folder = office
    shown = attt(folder, "runs", "show", "latest", "--host", "lies")
    whole = attt(folder, "runs", "show", "latest")
    texts = (among.stdout, among.stderr, shown.stdout, shown.stderr, whole.stdout, whole.stderr)

    assert [[]] * 6 == [words.raw(text) for text in texts]
    assert "alert(1)" in shown.stdout
    assert "Traceback" not in among.stderr


def attt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "attt", "--lang", "en", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=200,
        stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


class Page(HTMLParser):
    """What a browser would run of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"img", "iframe", "object", "embed", "link"}:
            self.runs.append(tag)
        self.runs += [name for name, _ in attrs if name.startswith("on")]


def test_no_paper_or_table_obeys_a_host(office: tuple[Ran, Ran, Path]) -> None:
    """Every report of every kind: words are there to be read, and nothing of them runs."""
    _, _, folder = office
    kinds = [word for kind in ("leader", "system", "host", "findings") for word in ("--kind", kind)]
    said = attt(folder, "report", "latest", "--out", "papers", *kinds)
    papers = sorted((folder / "papers").rglob("*.*"))
    pages = {p: p.read_text() for p in papers if p.suffix == ".html"}
    pdfs = {p: subprocess.run(["pdftotext", p, "-"], capture_output=True, text=True, check=True).stdout
            for p in papers if p.suffix == ".pdf"}  # fmt: skip
    cells = [
        cell
        for p in papers
        if p.suffix == ".csv"
        for row in csv.reader(io.StringIO(p.read_text(encoding="utf-8-sig")))
        for cell in row
    ]
    books = [zipfile.ZipFile(p) for p in papers if p.suffix == ".xlsx"]
    sheets = [book.read(name).decode() for book in books for name in book.namelist()
              if name.endswith(".xml")]  # fmt: skip

    assert 0 == said.returncode, said.stderr
    assert [] == words.raw(said.stdout + said.stderr)
    assert {".html", ".pdf", ".csv", ".xlsx"} <= {p.suffix for p in papers}
    assert "alert(1)" in "".join(pages.values())
    for text in (*pages.values(), *(t.replace("\f", "") for t in pdfs.values()), *cells):
        assert [] == words.raw(text)
    for text in pages.values():
        page = Page()
        page.feed(text)
        assert [] == page.runs
        assert "<script>alert" not in text
    assert [] == words.formulas(cells)
    assert [] == [s for s in sheets if "<f>" in s or "<f " in s]
    assert [] == [s for s in sheets if words.raw(s)]
