import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attt.errors import StoreError
from attt.model.answer import Answer
from attt.model.digest import digest
from attt.model.run import HostRecord, HostStatus, RunStatus
from attt.store.store import Store

SAVER = """
import sys
from pathlib import Path
from attt.model.answer import Answer
from attt.model.digest import digest
from attt.model.inventory import Inventory
from attt.model.run import HostRecord, HostStatus, Run
from attt.store.store import Store

inventory = Inventory(organisations={}, zones={}, hosts={}, systems={}, dossiers={})
run = Run(id="killed", started_at="s", attt="0", rulebook="", inventory_digest="",
          inventory_source="", standards=())
with Store.open(Path(sys.argv[1])) as store:
    store.begin(run, inventory)
    for n in range(100_000):
        answers = {f"{k:016x}": Answer(stdout=f"{n} {k} ".encode() * 300) for k in range(20)}
        record = HostRecord(host=f"h-{n}", name="", address="", status=HostStatus.AUDITED,
                            observed_at="", answers={k: digest(a) for k, a in answers.items()})
        store.save_host("killed", record, answers)
        print(n, flush=True)
"""


@pytest.mark.parametrize("patience_s", [0.0, 0.05, 0.2, 0.5])
def test_what_was_finished_survives_a_kill(path, patience_s):
    """Every host that was reported done is there and whole, none is half there."""
    saver = subprocess.Popen(
        [sys.executable, "-c", SAVER, path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # else readline takes lines that communicate never sees
    )
    saver.stdout.readline()
    time.sleep(patience_s)
    saver.kill()
    reported = len(saver.communicate()[0].splitlines()) + 1

    with Store.open(path, must_exist=True) as store:
        run = store.run("killed")
        hosts = [record.host for record in store.hosts("killed")]
        whole = [answer for host in hosts for answer in store.answers("killed", host).values()]

    assert run.status == RunStatus.INTERRUPTED
    assert {f"h-{n}" for n in range(len(hosts))} == set(hosts)
    assert reported <= len(hosts) <= reported + 1
    assert 20 * len(hosts) == len(whole)


def test_a_killed_run_is_resumed_without_a_lost_or_doubled_host(begun, path, make):
    """What is done is known, the rest is added, and the run ends."""
    begun.save_host(make.run().id, make.host("h-1"), make.answers())
    begun.close()
    with Store.open(path) as again:
        again.resume(make.run().id)
        left = set(again.run("latest").hosts_declared) - again.done("latest")
        again.save_host(make.run().id, make.unreachable("h-2"), {})
        again.finish(make.run().id, RunStatus.FINISHED, "2026-11-22T03:00:00Z")
        hosts = tuple(again.hosts("latest"))

    assert {"h-2"} == left
    assert (make.host("h-1"), make.unreachable("h-2")) == hosts


@pytest.fixture
def tiny(tmp_path: Path):
    """A folder on a disk of 1 MiB; needs root to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir(mode=0o700)
    if os.geteuid() != 0:
        pytest.skip("a disk to fill can only be mounted by root")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", folder]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no disk to fill: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def big(name: str) -> tuple[HostRecord, dict[str, Answer]]:
    answers = {f"{n:016x}": Answer(stdout=os.urandom(8000)) for n in range(10)}
    record = HostRecord(
        host=name,
        name="",
        address="",
        status=HostStatus.AUDITED,
        observed_at="",
        answers={ask: digest(answer) for ask, answer in answers.items()},
    )
    return record, answers


def fill(store: Store, run_id: str, saved: list[HostRecord]) -> None:
    for n in range(100):
        record, answers = big(f"h-{n}")
        store.save_host(run_id, record, answers)
        saved.append(record)


def test_a_full_disk_loses_nothing_that_was_done(tiny, make):
    """The error says that the disk is full; every finished host can still be read."""
    saved: list[HostRecord] = []
    with Store.open(tiny / "attt.db") as store:
        store.begin(make.run(), make.inventory())
        with pytest.raises(StoreError, match=r"disk .* is full\n.*df -h .*attt runs resume"):
            fill(store, make.run().id, saved)
    with Store.open(tiny / "attt.db") as again:
        read = {record.host: record for record in again.hosts("latest")}

    assert len(saved) > 1
    assert {record.host: record for record in saved} == read


def test_a_disk_that_is_full_from_the_start(tiny):
    """Even an empty store needs room, and says so."""
    with (tiny / "ballast").open("wb", buffering=0) as ballast:
        while shutil.disk_usage(tiny).free:
            ballast.write(b"x" * 4096)

    with pytest.raises(StoreError, match="full"):
        Store.open(tiny / "attt.db")
