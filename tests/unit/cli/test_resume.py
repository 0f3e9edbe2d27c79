"""A run that was cut off is finished: no host lost, none doubled, whenever and however it was cut.

`ATTT_KILLS=50` kills attt at fifty moments instead of five; `ATTT_SEED` chooses other moments.
"""

import importlib.util
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

KILLS = int(os.environ.get("ATTT_KILLS", "5"))
SEED = int(os.environ.get("ATTT_SEED", "20261122"))
TIMES = {"observed_at", "as_of", "run"}
ENDS = {0, 1, 4}
_BEGUN: list[subprocess.Popen[str]] = []  # ended with the module, whatever a test came to
HOLDER = """
import sys, time
from pathlib import Path
from attt.store.store import Store
with Store.open(Path(sys.argv[1])) as store:
    store.resume(sys.argv[2])
    print("mine", flush=True)
    time.sleep(600)
"""
WORDS = ("audit", "i.yaml", "--rule", "file-account-database", "--rule", "file-cron",
         "--no-reports", "--json")  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Thirty hosts and one that is down."""
    where = Path(__file__).with_name("fleet.py")
    spec = importlib.util.spec_from_file_location("fleet", where)
    module = sys.modules["fleet"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.fleet(tmp_path_factory.mktemp("fleet"))
    yield made.folder
    for process in _BEGUN:
        if process.poll() is None:
            process.kill()
            process.communicate()
    made.stop()


@pytest.fixture(scope="module")
def whole(office, start):
    """An audit that nobody cut off, and how long it took in seconds."""
    begun = time.monotonic()
    said = start(*WORDS, cwd=office)
    assert said.code in ENDS, said.err
    return timeless(said.document), time.monotonic() - begun


def timeless(value):
    """A document without its times."""
    if isinstance(value, dict):
        return {name: timeless(part) for name, part in value.items() if name not in TIMES}
    return [timeless(part) for part in value] if isinstance(value, list) else value


def begin(office, environment_of, *argv):
    """Attt as a process that can be killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "attt", "--lang=en", *argv],
        cwd=office, env=environment_of(office.parent), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    _BEGUN.append(process)
    return process


def kill_after(process, seconds):
    """Kill -9 after so long; gives stdout and stderr."""
    try:
        return process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


def tell(text):
    """Shown where the test fails."""
    sys.stdout.write(f"{text}\n")


def query(office, sql):
    """Rows straight from the file."""
    with closing(sqlite3.connect(f"file:{office}/state/attt.db?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def runs(office):
    """Ids, statuses and kept hosts of every run, the oldest first; none while there is no store yet."""
    if not (office / "state" / "attt.db").exists() or not query(
        office, "SELECT name FROM sqlite_master WHERE name = 'scan_record'"
    ):
        return []
    return query(
        office,
        "SELECT id, status, count(host) FROM run LEFT JOIN host_record ON run = number"
        " GROUP BY number ORDER BY number",
    )


def is_whole(office):
    """SQLite's own word on the file."""
    return query(office, "PRAGMA integrity_check") == [("ok",)]


def resumed(office, start, run_id):
    """The document of the run once it was resumed to its end."""
    said = start("runs", "resume", run_id, "--no-reports", "--json", cwd=office)
    assert said.code in ENDS, said.err
    return said.document


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_at_any_moment(office, whole, start, environment_of, number):
    """Kill -9, then `runs resume`: the file is whole, 31 hosts once each, the same findings.

    Half the moments count from the start of the program, half from that of the run. Every third
    time the resuming is killed too, and resumed again.
    """
    expected, seconds = whole
    chance = random.Random(f"{SEED} {number}")
    moment = chance.uniform(0, seconds)
    tell(f"seed {SEED}, kill {number}, after {moment:.3f} s of {seconds:.3f} s")
    known = len(runs(office))
    process = begin(office, environment_of, *WORDS)
    while number % 2 and process.poll() is None and len(runs(office)) == known:
        time.sleep(0.005)
    kill_after(process, moment)
    assert is_whole(office)
    new = runs(office)[known:]
    tell(f"kept: {new}")
    if not new:  # it did not come so far as to begin
        assert moment < seconds
        return
    ((run_id, status, _),) = new
    if status == "finished":
        return
    if number % 3 == 2:
        again = begin(office, environment_of, "runs", "resume", run_id, "--no-reports")
        kill_after(again, chance.uniform(0.3, seconds))
        assert is_whole(office)
        tell(f"kept after the second kill: {runs(office)[known:]}")
    if runs(office)[-1][1] != "finished":
        assert expected == timeless(resumed(office, start, run_id))
    shown = start("runs", "show", run_id, "--json", cwd=office).document

    assert is_whole(office)
    assert [(run_id, "finished", 31)] == runs(office)[known:]
    assert expected == timeless(shown)


def observed(office, run_id):
    """When each host that the run has kept was asked."""
    rows = query(
        office,
        "SELECT name, observed_at FROM host_record JOIN host ON host.id = host JOIN run ON"
        f" run = number WHERE run.id = '{run_id}'",
    )
    return dict(rows)


def cut_off(office, environment_of, hosts=3):
    """The id of a run that was killed when it had kept some hosts, but not all."""
    known = len(runs(office))
    process = begin(office, environment_of, *WORDS)
    while process.poll() is None:
        new = runs(office)[known:]
        if new and new[0][2] >= hosts:
            process.kill()
        time.sleep(0.005)
    process.communicate()
    ((run_id, status, kept),) = runs(office)[known:]
    assert ("running", True) == (status, hosts <= kept < 31)
    return run_id


def test_a_run_that_was_killed_is_said_to_be_interrupted(office, whole, start, environment_of):
    """`runs list` says so and what to type; without RUN that run is the one that is resumed.

    What is kept stays as it is, also of the host that could not be reached.
    """
    run_id = cut_off(office, environment_of)
    listed = start("runs", "list", "--json", cwd=office).document[0]
    said = start("runs", "list", cwd=office)
    kept = observed(office, run_id)
    document = start("runs", "resume", "--no-reports", "--json", cwd=office).document

    assert (run_id, "interrupted") == (listed["run"], listed["status"])
    assert f"attt runs resume {run_id}" in said.out
    assert run_id == document["run"]
    assert "h-down" in kept
    assert kept.items() <= observed(office, run_id).items()
    assert whole[0] == timeless(document)


def test_two_cannot_finish_a_run_at_once(office, start, environment_of):
    """While one is at it the other is refused; once it is killed nothing stands in the way."""
    run_id = cut_off(office, environment_of)
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDER, office / "state" / "attt.db", run_id],
        env=environment_of(office.parent),
        stdout=subprocess.PIPE,
        text=True,
    )
    _BEGUN.append(first)
    assert "mine\n" == first.stdout.readline()
    status = start("runs", "list", "--json", cwd=office).document[0]["status"]
    second = start("runs", "resume", run_id, cwd=office)
    nothing = start("runs", "resume", cwd=office)
    first.kill()
    first.communicate()
    third = start("runs", "resume", run_id, "--no-reports", cwd=office)

    assert "running" == status
    assert 2 == second.code
    assert f"Another attt is at work on run {run_id}" in second.err
    assert (2, True) == (nothing.code, "No run waits to be finished" in nothing.err)
    assert third.code in ENDS
    assert (run_id, "finished", 31) == runs(office)[-1]


def test_hosts_that_failed_stay_unless_they_are_to_be_tried_again(office, start, environment_of):
    """What the first part says of a host out of reach stands; --retry-failed asks it again."""
    run_id = cut_off(office, environment_of)
    kept = observed(office, run_id)
    time.sleep(1)  # times of observation are whole seconds
    said = start("runs", "resume", run_id, "--retry-failed", "--no-reports", "--json", cwd=office)
    now = observed(office, run_id)

    assert said.code in ENDS
    assert {"h-down"} == {host for host in kept if now[host] != kept[host]}
    assert (run_id, "finished", 31) == runs(office)[-1]


def test_changed_rules_do_not_judge_the_rest(office, start, environment_of, own_pack):
    """Half a run by one rulebook and half by another is refused, and what to do is said."""
    run_id = cut_off(office, environment_of)
    settings = office / "attt.toml"
    before = settings.read_text()
    own_pack(office, "other")
    settings.write_text(before + 'packs = ["other"]\n')
    refused = start("runs", "resume", cwd=office)
    judged = start("judge", run_id, "--json", cwd=office)
    settings.write_text(before)
    kept = runs(office)[-1]
    resumed(office, start, run_id)

    assert 2 == refused.code
    assert "rules have changed" in refused.err
    assert f"attt judge {run_id}" in refused.err
    assert (0, "running") == (judged.code, kept[1])
    assert (run_id, "finished", 31) == runs(office)[-1]


def test_what_came_to_its_end_is_not_begun_again(office, whole, start):
    """A finished run is what papers were written from."""
    run_id = next(row[0] for row in runs(office) if row[1] == "finished")
    said = start("runs", "resume", run_id, "--json", cwd=office)

    assert 2 == said.code
    assert f"Run {run_id} came to its end" in json.loads(said.out)["error"]["message"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few hundred kilobytes, and a way to give it more; needs root to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("a disk to fill can only be mounted by root")

    def mount(*options):
        words = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    done = mount("size=2m", "mode=0700")
    if done.returncode != 0:
        pytest.skip(f"no disk to fill: {done.stderr.strip()}")
    yield folder, lambda: mount("remount", "size=16m")
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_can_be_mended(office, whole, start, small_disk):
    """Full while hosts are kept: exit 2 and what to type; the file opens, and the rest is done."""
    folder, enlarge = small_disk
    state = folder / "state"
    state.mkdir(mode=0o700)
    pins = state / "known_hosts"
    pins.write_text((office / "state" / "known_hosts").read_text())
    pins.chmod(0o600)
    config = office / "small.toml"
    config.write_text(f'concurrency = 3\nstate = "{state}"\n')
    conf = ("--config", config)
    start(*conf, "runs", "list", cwd=office)
    _fill(folder, keep=300 * 1024)
    full = start(*conf, *WORDS, cwd=office)
    listed = start(*conf, "runs", "list", "--json", cwd=office)
    enlarge()
    said = start(*conf, "runs", "resume", "--no-reports", "--json", cwd=office)

    assert 2 == full.code
    assert "is full" in full.err
    assert "attt runs resume" in full.err
    assert "Traceback" not in full.err
    assert ("interrupted", True) == (
        listed.document[0]["status"],
        0 < sum(listed.document[0]["hosts"].values()) < 31,
    )
    assert said.code in ENDS, said.err
    assert whole[0] == timeless(said.document)
    assert is_whole(folder)


def _fill(folder, keep):
    """Leave `keep` bytes of room."""
    room = os.statvfs(folder)
    (folder / "ballast").write_bytes(b"x" * (room.f_bavail * room.f_frsize - keep))
