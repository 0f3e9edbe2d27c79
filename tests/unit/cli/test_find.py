"""`attt find software`: the reply to a warning letter, from what is kept."""

import jsonschema
import pytest

from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.model.answer import Answer, Obstacle
from attt.model.digest import digest
from attt.model.inventory import Connect, Host, Inventory, System
from attt.model.level import Level
from attt.model.run import Failure, HostRecord, HostStatus, Run, RunStatus
from attt.store.store import Store

ASKS = {name: asks.key(ask) for name, ask in FACTS["packages.installed"].asks({}).items()}
OTHER = "ab" * 8
LINE = "ii \t{}\t{}\tamd64\t{}\n"


def dpkg(*packages):
    text = "".join(LINE.format(*package) for package in packages)
    lacking = Answer(obstacle=Obstacle.NO_TOOL)
    return {
        ASKS["dpkg"]: Answer(stdout=text.encode(), status=0),
        ASKS["rpm"]: lacking,
        ASKS["apk"]: lacking,
    }


def declared(*hosts, was=()):
    made = {h: Host(id=h, name=f"may-{h}", addresses=(f"10.0.0.{n}",), zone=None, was=was,
                    connect=Connect())
            for n, h in enumerate(hosts, 1)}  # fmt: skip
    system = System(code="TTHC", name="x", level=Level(3), owner="o", operator="o", hosts=hosts)
    return Inventory(organisations={}, zones={}, hosts=made, systems={"TTHC": system}, dossiers={})


def keep(store, day, inventory, answers):
    """A run of `day` in which each host of `answers` answered that, or was out of reach (None)."""
    run = Run(id=f"run-{day}", started_at=f"2026-11-{day}T02:00:00Z", attt="0", rulebook="0",
              inventory_digest="0", inventory_source="i", standards=("tcvn-14423-2026",))  # fmt: skip
    store.begin(run, inventory)
    for host, said in answers.items():
        record = HostRecord(
            host=host, name=f"may-{host}", address="", observed_at=run.started_at,
            status=HostStatus.UNREACHABLE if said is None else HostStatus.AUDITED,
            failure=Failure.TIMED_OUT if said is None else None,
            answers={key: digest(answer) for key, answer in (said or {}).items()},
        )  # fmt: skip
        store.save_host(run.id, record, said or {})
    store.finish(run.id, RunStatus.FINISHED, run.started_at)


@pytest.fixture
def kept(here):
    """Four hosts over three runs: two with openssl, one without, one never reached."""
    old = ("openssl", "3.0.11-1~deb12u2", "openssl")
    new = ("openssl", "3.0.17-1~deb12u2", "openssl")
    lib = ("libssl3", "3.0.17-1~deb12u2", "openssl")
    bash = ("bash", "5.2.15-2", "bash")
    with Store.open(here / "state" / "attt.db") as store:
        everybody = declared("a", "b", "c", "d")
        keep(store, 20, everybody, {"a": dpkg(old), "b": dpkg(old), "c": dpkg(bash), "d": None})
        keep(store, 21, declared("a"), {"a": dpkg(new, lib)})
        keep(store, 22, declared("a", "b"), {"a": {OTHER: Answer()}, "b": None})
    return here


def test_the_newest_answers_of_each_host_count(kept, run, schema):
    """A narrower run and a host out of reach hide nothing: what was read last stands, with its day."""
    said = run("find", "software", "openssl", "3.0.15", "--json")
    document = said.document
    jsonschema.validate(document, schema("software"))

    assert 4 == said.code
    assert {
        ("a", "openssl", "newer", "run-21"), ("a", "libssl3", "newer", "run-21"),
        ("b", "openssl", "older", "run-20"),
    } == {
        (h["host"], p["name"], p["compared"], h["run"])
        for h in document["hosts"] for p in h["packages"]
    }  # fmt: skip
    assert [("c", ["TTHC"])] == [(h["host"], h["systems"]) for h in document["without"]]
    assert [("d", "not_collected")] == [(h["host"], h["reason"]) for h in document["not_known"]]


def test_the_screen_says_what_is_not_known(kept, run):
    """How many were looked through comes first; who was not is named, and so is what is not seen."""
    said = run("find", "software", "openssl", "3.0.15")

    assert "Hosts looked through: 3/4. With openssl: 2. Not known: 1." in said.out
    assert "older on 1 hosts, the same on 0, newer on 1" in said.out
    assert "Not known, so they may have it:" in said.out
    assert "may-d" in said.out
    assert "3.0.11-1~deb12u2" in said.out
    assert "2026-11-20" in said.out
    assert "Only what a package manager installed" in said.out


def test_when_every_host_is_known_the_code_is_0(here, run):
    """Found or not: the question was answered of all."""
    with Store.open(here / "state" / "attt.db") as store:
        keep(store, 20, declared("a"), {"a": dpkg(("apache2", "2.4.62-1", "apache2"))})
    missing, there = run("find", "software", "apache"), run("find", "software", "apache2")

    assert (0, 0) == (missing.code, there.code)
    assert "Packages with a name like that: apache2" in missing.out


def test_a_renamed_host_keeps_its_past(here, run):
    """The answers that it gave under its earlier id are its own, and the earlier id is no host."""
    with Store.open(here / "state" / "attt.db") as store:
        keep(store, 20, declared("old"), {"old": dpkg(("bash", "5.2", "bash"))})
        keep(store, 21, declared("new", was=("old",)), {"new": None})
    document = run("find", "software", "bash", "--json").document

    assert ["new"] == [host["host"] for host in document["hosts"]]
    assert [] == document["not_known"]


@pytest.mark.parametrize("name", ["", " ", "*", "**", "?*"])
def test_a_name_that_is_everything_is_refused(kept, run, name):
    """A list of all packages answers no letter."""
    assert 2 == run("find", "software", name).code


def test_without_a_store_the_next_command_is_named(here, run):
    """Nothing is made, and no host is called software-free."""
    said = run("find", "software", "openssl")

    assert 2 == said.code
    assert "attt audit INVENTORY" in said.err
    assert [] == list(here.iterdir())
