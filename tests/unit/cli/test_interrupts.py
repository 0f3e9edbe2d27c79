"""Ctrl-C: what was finished is kept, nothing is left running, and attt ends at once."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from attt.cli import workshop
from attt.cli.progress import ScreenObserver
from attt.model.inventory import Connect, Host, Inventory
from attt.model.run import HostEvidence
from attt.settings import Settings

HANGING = """\
organisations: [{{id: ubnd, name: UBND, role: owner}}]
hosts:
  - {{id: here, transport: local}}
  - {{id: far, addresses: [127.0.0.1], connect: {{port: {port}, user: x, key: "file:/none", timeout_s: 300}}}}
systems:
  - {{code: A, name: A, level: 3, owner: ubnd, operator: ubnd, hosts: [here, far]}}
"""
PROGRAM = """\
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from attt.cli.main import main
main()
"""


@pytest.fixture
def mute():
    """A host that takes a connection and never says a word; gives its port and its backlog."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        listener.settimeout(30)
        yield listener, stack


def begin(folder, environment, *argv):
    """Attt as a process that takes an interrupt, whoever started pytest."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "--lang=en", *map(str, argv)],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def descendants(pid):
    """The commands of every process below `pid`, by process id."""
    found = {}
    for child in Path("/proc").iterdir():
        if not child.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            parent = int((child / "stat").read_text().rpartition(")")[2].split()[1])
            found[int(child.name)] = (parent, (child / "cmdline").read_text(errors="replace"))
    below, new = {}, {pid}
    while new:
        below |= {p: found[p][1] for p in new if p != pid}
        new = {p for p, (parent, _) in found.items() if parent in new}
    return below


def until(condition, seconds=120):
    """Waits until `condition` gives something, and gives that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.005)
    raise TimeoutError


def interrupt(process):
    """Sends SIGINT and waits; gives stdout, stderr and the processes that were below."""
    below = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    out, err = process.communicate(timeout=60)
    return out, err, below, time.monotonic() - begun


def caught(word, start_one):
    """Interrupts while a child whose command holds `word` runs; a machine too fast is tried again."""
    for _ in range(5):
        process = start_one()
        until(
            lambda p=process: (
                p.poll() is not None
                or any(word in command for command in descendants(p.pid).values())
            )
        )
        out, err, below, _ = interrupt(process)
        if process.returncode == 130 and below:
            break
    return process, below, out, err


def still_there(below):
    """Those of `below` that run on, zombies left out: nobody may be there to reap them."""
    left = {}
    for pid, command in below.items():
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                left[pid] = command
    return left


def stored(folder, start):
    """How many hosts the newest run holds."""
    runs = start("runs", "list", "--json", cwd=folder).document
    return sum(runs[0]["hosts"].values()) if runs else 0


def test_audit_keeps_what_is_finished(tmp_path, environment_of, start, mute):
    """One host read, one that hangs: 130, the first is in the store, and no report is begun."""
    listener, stack = mute
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "i.yaml").write_text(HANGING.format(port=listener.getsockname()[1]))
    process = begin(folder, environment_of(tmp_path), "audit", "i.yaml", "--no-walk")
    stack.enter_context(listener.accept()[0])
    until(lambda: (folder / "state" / "attt.db").exists() and stored(folder, start))
    _, err, _, seconds = interrupt(process)
    shown = start("runs", "show", "--json", cwd=folder).document
    human = start("runs", "show", cwd=folder)

    assert 130 == process.returncode, err
    assert "Interrupted. What was finished is kept in run" in err
    assert "Traceback" not in err
    assert seconds < 10
    assert ("interrupted", 2, 1) == (
        shown["coverage"]["status"],
        shown["coverage"]["declared"],
        shown["coverage"]["not_started"],
    )
    assert ["here"] == [host["host"]["id"] for host in shown["hosts"]]
    assert len(shown["hosts"][0]["findings"]) >= 16
    assert "Interrupted" in human.out
    assert not (folder / "out").exists()


@pytest.mark.parametrize("option", [(), ("--json",), ("--save",)])
def test_check_of_a_host_that_hangs(tmp_path, environment_of, mute, option):
    """Nothing was learnt, so nothing is printed as if it were: exit 130, stdout empty."""
    listener, stack = mute
    (tmp_path / "here").mkdir()
    process = begin(tmp_path / "here", environment_of(tmp_path), "check", "--identity", "/none",
                    *option, f"x@127.0.0.1:{listener.getsockname()[1]}")  # fmt: skip
    stack.enter_context(listener.accept()[0])
    out, err, _, seconds = interrupt(process)

    assert (130, "") == (process.returncode, out)
    assert "Interrupted. What was finished is kept." in err
    assert "Traceback" not in err
    assert seconds < 10


def test_no_shell_is_left(tmp_path, environment_of):
    """The program that was reading this machine ends with attt, with all that it started."""
    (tmp_path / "here").mkdir()
    process, below, _, err = caught(
        "sh", lambda: begin(tmp_path / "here", environment_of(tmp_path), "check", "local", "--json")
    )

    assert any("sh" in command for command in below.values())
    assert (130, {}) == (process.returncode, still_there(below)), err


def test_no_nmap_is_left(tmp_path, environment_of, start, demo, nmap):
    """A scan that was under way ends with attt; the host that was read before it is kept."""
    folder = tmp_path / "here"
    folder.mkdir()
    process, below, out, err = caught(
        "-oX", lambda: begin(folder, environment_of(tmp_path), "audit", demo, "--json", "--no-walk")
    )
    shown = start("runs", "show", "--json", cwd=folder).document
    coverage = shown["coverage"]

    assert (130, {}) == (process.returncode, still_there(below)), err
    assert json.loads(out) == shown
    assert ("interrupted", 0) == (coverage["status"], coverage["addresses_scanned"])
    assert ["may-nay"] == [host["host"]["id"] for host in shown["hosts"]]


def test_every_moment_is_a_good_one(tmp_path, environment_of):
    """Whenever the interrupt comes, the code is 130 and there is no traceback."""
    (tmp_path / "here").mkdir()
    codes = set()
    for delay in (0.2, 0.3, 0.45):
        process = begin(tmp_path / "here", environment_of(tmp_path), "check", "local", "--save")
        begun = Path(f"/proc/{process.pid}/maps")
        until(lambda maps=begun: "pydantic" in maps.read_text())  # inside main() by now
        time.sleep(delay)
        _, err, below, _ = interrupt(process)
        codes.add(process.returncode)
        assert "Traceback" not in err
        assert {} == still_there(below)

    assert codes <= {130, 0, 1, 4}  # the last three where it was done before


def test_stopping_waits_for_those_who_are_at_it(here):
    """A thread that is reading a host gets the moment that it needs to end what it started."""
    host = Host(id="h", name="h", addresses=(), zone=None, connect=Connect())
    inventory = Inventory(organisations={}, zones={}, hosts={}, systems={}, dossiers={})
    settings = Settings(state=here, out=here)
    events = []
    with ScreenObserver(1, 0, is_quiet=True) as screen:
        means = workshop.means(settings, inventory, workshop.Nowhere(), screen)

        def read():
            until(means.is_stopped)
            time.sleep(0.1)
            events.append("ended")
            screen.host_done(host, HostEvidence(host="h", address="", observed_at=""))

        screen.host_started(host)
        reader = threading.Thread(target=read)
        reader.start()
        means.stop()
        events.append("stopped")
        reader.join()

    assert ["ended", "stopped"] == events


def test_stopping_does_not_wait_for_ever(here):
    """A host that hangs in a dial costs a second, not its own deadline."""
    host = Host(id="h", name="h", addresses=(), zone=None, connect=Connect())
    inventory = Inventory(organisations={}, zones={}, hosts={}, systems={}, dossiers={})
    with ScreenObserver(1, 0, is_quiet=True) as screen:
        means = workshop.means(
            Settings(state=here, out=here), inventory, workshop.Nowhere(), screen
        )
        screen.host_started(host)
        begun = time.monotonic()
        means.stop()

    assert means.is_stopped()
    assert 0.5 < time.monotonic() - begun < 10
