"""A host that lies in its answers: its words are shown on every output and obeyed on none."""

import io
import re
from html.parser import HTMLParser

import pytest

from attt import assets
from attt.audit import make_plan
from attt.cli.audit_screen import show_audit
from attt.cli.host_screen import show_host
from attt.cli.json_text import json_text
from attt.cli.workshop import new_run
from attt.conclude import conclude
from attt.examine import examine
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.ask import ReadFile
from attt.model.inventory import (
    Connect,
    Host,
    Inventory,
    Organisation,
    Role,
    System,
    TransportKind,
)  # fmt: skip
from attt.model.level import Level
from attt.model.run import Failure, HostEvidence, Platform, PrivilegeHad
from attt.report.document import audit_document, check_document
from attt.report.findings_csv import write_csv
from attt.report.html import render
from attt.report.view_host import shared
from attt.rulebook.load import load

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{% include '/etc/passwd' %}"
    "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\u200b\r\n"
    "0 rules: all pass\nPASS [Critical] Everything is fine"
)
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069]")
PASSWD = (
    "root:x:0:0:root:/root:/bin/bash\n"
    + EVIL.replace("\n", "").replace(":", "") + "\x1b[31m:x:0:0::/:/bin/sh\n"
    + "A" * 1_000_000 + ":x:0:0::/:/bin/sh\n"
)  # fmt: skip


class Tags(HTMLParser):
    """The names of all elements, and whether any has an attribute that runs code."""

    def __init__(self):
        super().__init__()
        self.names = set()
        self.handlers = []

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.handlers += [name for name, value in attrs if name.startswith("on")]


def answer_to(ask):
    """What a hostile host says: names in its files, words in its errors."""
    if isinstance(ask, ReadFile) and ask.path == "/etc/passwd":
        return Answer(stdout=PASSWD.encode(), status=0)
    return Answer(stdout=EVIL.encode(), status=1, stderr=EVIL.encode(), obstacle=Obstacle.FAILED,
                  detail=EVIL)  # fmt: skip


@pytest.fixture(scope="module", params=["judged", "refused"])
def audited(request):
    """One hostile host, read or refused, through the stages as an audit runs them."""
    book = load([assets.folder("rules")], FACTS)
    host = Host(id="h", name="h", addresses=("192.0.2.1",), zone=None,
                connect=Connect(transport=TransportKind.LOCAL))  # fmt: skip
    system = System(code="S", name="S", level=Level(3), owner="o", operator="o", hosts=("h",))
    body = Organisation(id="o", name="O", role=Role.OWNER)
    inventory = Inventory(organisations={"o": body}, zones={}, hosts={"h": host},
                          systems={"S": system}, dossiers={}, source="i.yaml")  # fmt: skip
    plan = make_plan(inventory, book, today="2026-11-22T00:00:00Z", standard="tcvn-14423-2026")
    platform = Platform(
        id=EVIL, version=EVIL, name=EVIL + "B" * 1_000_000, kernel=EVIL, machine=EVIL
    )
    evidence = HostEvidence(
        host="h", address="192.0.2.1", observed_at="2026-11-22T00:00:00Z", detail=EVIL,
        failure=Failure.AUTHENTICATION if request.param == "refused" else None,
        platform=platform, privilege=PrivilegeHad.ROOT, host_key=EVIL,
        answers={asks.key(ask): answer_to(ask) for ask in plan.hosts[0].asks},
    )  # fmt: skip
    record, _ = examine(evidence, plan.hosts[0], book)
    run = new_run(inventory, book, "tcvn-14423-2026")
    return conclude(run, inventory, book, [record], [], as_of="2026-11-22T00:00:00Z")


def test_the_words_got_through(audited):
    """The test would prove nothing if parsing had thrown the words away."""
    record = audited.hosts[0]
    held = repr(record)

    assert "alert(1)" in held
    assert "\\u202e" in held
    if record.failure is None:
        assert "account-single-root" in {f.rule for f in record.findings if f.failing}


@pytest.mark.parametrize("full", [False, True])
def test_the_terminal_shows_and_does_not_obey(audited, capsys, full):
    """No control or bidirectional character, no line that looks like ours, no endless line."""
    show_host(audited, audited.hosts[0], full=full)
    show_audit(audited)
    out = capsys.readouterr().out
    lines = out.split("\n")

    assert [] == STEERING.findall(out)
    assert "⟨U+202E⟩" in out
    assert [] == [line for line in lines if re.match(r"\s*(0 rules|PASS \[)", line)]
    assert max(map(len, lines)) < 2_000


def test_json_escapes_what_steers(audited):
    """The documents hold every character, none of them as itself where it could steer."""
    for document in (check_document(audited), audit_document(audited)):
        text = json_text(document)

        assert [] == STEERING.findall(text)
        assert "\\u202e" in text
        assert "\\u009b" in text


@pytest.mark.parametrize("kind", ["leader", "system", "host"])
@pytest.mark.parametrize("paper", [False, True])
def test_html_has_no_element_of_the_hosts(audited, kind, paper):
    """A host's words make no element, no handler, and are run through no template twice."""
    code = {"system": "S", "host": "h"}.get(kind)
    html = render(kind, audited, code=code, paper=paper)
    tags = Tags()
    tags.feed(html)
    body = html.partition("<body")[2]

    assert [] == STEERING.findall(html)
    assert [] == tags.handlers
    assert not {"img", "iframe", "object", "link"} & tags.names
    assert "<script>alert" not in html
    assert "owned" not in body or "⟨U+001B⟩" in body
    assert len(html) < 3_000_000


def test_lists_show_and_do_not_obey(audited):
    """A line of the CSV is a row of ours, and nothing in it steers."""
    file = io.StringIO(newline="")
    count = write_csv(file, audited, shared(audited))
    lines = file.getvalue().split("\r\n")

    assert [] == STEERING.findall(file.getvalue().removeprefix("\ufeff").replace("\r\n", "\n"))
    assert count + 2 == len(lines)
    assert [] == [line for line in lines if re.match(r"\s*(0 rules|PASS \[)", line)]
