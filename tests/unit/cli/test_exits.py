"""Every exit code, reached for real."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from attt.cli.crash import guarded

CANARY = "Hunter-2026-canary!"
NOWHERE = """\
organisations: [{id: ubnd, name: UBND, role: owner}]
hosts:
  - {id: here, transport: local}
  - {id: away, transport: none, reason: Máy của đơn vị khác}
systems:
  - {code: A, name: A, level: 3, owner: ubnd, operator: ubnd, hosts: [here, away]}
"""
ONLY_HERE = NOWHERE.replace("[here, away]", "[here]")


@pytest.fixture
def packs(here, own_pack):
    """Two packs in force: one that any Linux meets, one that none does."""
    own_pack(here / "packs", "good")
    own_pack(here / "packs", "bad", severity="medium", owner="nobody-at-all")
    (here / "attt.toml").write_text('packs = ["packs/good", "packs/bad"]\n')


def inventory(here, text=NOWHERE):
    path = here / "i.yaml"
    path.write_text(text)
    return path


def test_clean(run, packs):
    """0: everything that was asked holds."""
    said = run("check", "local", "--standard", "good-1")

    assert 0 == said.code
    assert "1 rules: Pass 1" in said.out


@pytest.mark.parametrize(("fail_on", "code"), [("medium", 1), ("low", 1), ("high", 0)])
def test_findings(run, packs, fail_on, code):
    """1: a failure at or above --fail-on; less severe ones don't count."""
    said = run("check", "local", "--standard", "bad-1", "--fail-on", fail_on)

    assert code == said.code
    assert "found root; wanted nobody-at-all" in said.out


MEASURE = (
    "measures:\n  - {{id: m-1, kind: {kind}, reason: Chờ, approver: GĐ, document: 1/KH,"
    " from: 2026-01-01, until: {until}, {scope}}}\n"
)
BAD = ("--standard", "bad-1", "--fail-on", "medium")


def measured(here, kind="roadmap", until="2099-01-01", scope="rule: bad-rule, system: A"):
    text = MEASURE.format(kind=kind, until=until, scope=scope)
    return inventory(here, NOWHERE + text)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("equivalent", "compensated"), ("roadmap", "not_met"), ("risk_accepted", "not_met")],
)
def test_covered_findings_do_not_count(run, here, packs, kind, outcome):
    """A failure that a measure in force covers stays a failure, marked, and does not decide the code.

    Whatever its kind; only an equivalent measure moves the requirement's outcome.
    """
    argv = (*BAD, "--host", "here", "--json")
    bare = run("audit", inventory(here, ONLY_HERE), *argv)
    text = ONLY_HERE + MEASURE.format(
        kind=kind, until="2099-01-01", scope="rule: bad-rule, system: A"
    )
    covered = run("audit", inventory(here, text), *argv)
    finding = covered.document["hosts"][0]["findings"][0]

    assert (1, 0) == (bare.code, covered.code)
    assert ("fail", "m-1", kind) == (
        finding["verdict"],
        finding["measure"]["id"],
        finding["measure"]["kind"],
    )
    assert outcome == covered.document["systems"][0]["requirements"][0]["outcome"]


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ("requirement: C.ONE, system: A", 0),
        ("rule: bad-rule, host: here", 0),
        ("rule: bad-rule, host: away", 1),
        ("rule: good-rule, system: A", 1),
        ("rule: bad-rule, system: A, item: alice", 1),
        ("system: A", 1),
    ],
)
def test_a_measure_covers_its_scope_only(run, here, packs, scope, code):
    """Another host, rule or item, or a measure about nothing, leaves the failure to be counted."""
    assert code == run("audit", measured(here, scope=scope), *BAD, "--json").code


def test_a_lapsed_measure_covers_nothing_and_is_named(run, here, packs):
    """After its last day the failure counts again, and the screen says which measure lapsed."""
    said = run("audit", measured(here, until="2026-01-02"), *BAD)
    then = run("judge", "--as-of", "2026-01-02", "--json").document
    today = run("judge", "--json").document
    told = [d["systems"][0]["requirements"][0]["lapsed"] for d in (then, today)]

    assert 1 == said.code
    assert "Measure 'm-1' lapsed on 2026-01-02" in said.out
    assert [[], ["m-1"]] == told
    assert ["m-1", None] == [
        (d["hosts"][0]["findings"][0]["measure"] or {}).get("id") for d in (then, today)
    ]


def test_an_unknown_is_too_little_seen_and_no_measure_covers_it(run, here, own_pack):
    """4: a rule that counts could not be judged, with or without a measure on it."""
    pack = own_pack(here / "packs", "bad")
    path = pack / "bad-rule.yaml"
    path.write_text(path.read_text().replace("path: /etc/passwd", "path: /etc/passwd/x"))
    (here / "attt.toml").write_text('packs = ["packs/bad"]\n')
    bare = run("audit", inventory(here), *BAD, "--json")
    covered = run("audit", measured(here), *BAD, "--json")

    assert "unknown" == bare.document["hosts"][0]["findings"][0]["verdict"]
    assert (4, 4) == (bare.code, covered.code)


def test_too_little_seen_says_which_rules_were_not_determined(run, here, own_pack):
    """Whoever sees code 4 is told why, beside what was found; JSON stays one document."""
    pack = own_pack(here / "packs", "bad")
    path = pack / "bad-rule.yaml"
    path.write_text(path.read_text().replace("path: /etc/passwd", "path: /etc/passwd/x"))
    (here / "attt.toml").write_text('packs = ["packs/bad"]\n')
    said = run("audit", inventory(here), *BAD, "--no-reports")

    assert 4 == said.code
    assert "(exit code 4); not determined on some host: bad-rule" in said.err


def test_out_of_reach_by_declaration(run, here, packs):
    """A host with transport none is no surprise; an audit that saw nothing at all is no success."""
    path = inventory(here)
    both = run("audit", path, "--standard", "good-1", "--json")
    none = run("audit", path, "--standard", "good-1", "--host", "away", "--json")

    assert (0, 4) == (both.code, none.code)


def test_nothing_judged_is_not_clean(run, here, packs):
    """A rule that the standard does not ask for would judge nothing: it is refused, not passed."""
    said = run("check", "local", "--standard", "good-1", "--rule", "time-synchronised")
    of_scans = run("check", "local", "--rule", "endpoint-exposure")

    assert (2, 2) == (said.code, of_scans.code)
    assert "attt rules show time-synchronised" in said.err
    assert "attt audit INVENTORY" in of_scans.err


def test_too_little_seen_beats_findings(run, here, packs, own_pack):
    """4: a host that could not be read, though another has findings."""
    text = NOWHERE.replace("transport: none, reason: Máy của đơn vị khác",
                           "addresses: [127.0.0.1], connect: {port: 1, user: x, key: agent}")  # fmt: skip
    argv = ("--standard", "bad-1", "--fail-on", "medium", "--json")
    said = run("audit", inventory(here, text), *argv)
    away = next(h for h in said.document["hosts"] if h["host"]["id"] == "away")

    assert 4 == said.code
    assert ("unreachable", "refused") == (away["status"], away["reason"]["code"])


def test_a_bug(here, capsys, schema):
    """3: a log without any value that code was working on, named in the message and the document."""

    def broken():
        secret = CANARY
        raise RuntimeError(secret)

    code = guarded(broken, ["check", "--json"])
    out, err = capsys.readouterr()
    logs = list((here.parent / "tmp").glob("attt-crash-*.log"))
    jsonschema.validate(json.loads(out), schema("error"))

    assert (3, 1) == (code, len(logs))
    assert str(logs[0]) in err
    assert str(logs[0]) in out
    assert "broken" in logs[0].read_text()
    assert 0o600 == logs[0].stat().st_mode & 0o777
    assert CANARY not in out + err + logs[0].read_text()


@pytest.mark.parametrize("as_json", [True, False])
def test_a_bug_ends_the_whole_program_with_3(tmp_path, environment_of, schema, as_json):
    """End to end: whatever breaks inside, one document or nothing on stdout, and a log to send."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "yaml.py").write_text(
        "import os\nraise RuntimeError(os.environ['PASS'])\n"
    )
    env = environment_of(tmp_path, PASS=CANARY)
    env["PYTHONPATH"] = f"{tmp_path / 'broken'}{os.pathsep}{env['PYTHONPATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "attt", "--lang=en", "rules", "list", *(["--json"] * as_json)],
        env=env, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    (log,) = (tmp_path / "tmp").glob("attt-crash-*.log")

    assert 3 == done.returncode
    assert str(log) in done.stderr
    assert CANARY not in done.stdout + done.stderr + log.read_text()
    if as_json:
        jsonschema.validate(json.loads(done.stdout), schema("error"))
    else:
        assert "" == done.stdout


def test_a_bug_is_quiet_on_stdout_without_json(here, capsys):
    """What a script reads from stdout never holds a message."""
    code = guarded(lambda: 1 // 0, ["check"])

    assert (3, "") == (code, capsys.readouterr().out)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_bug(here, capsys, number):
    """No room is something that the user can mend."""

    def full():
        raise OSError(number, os.strerror(number))

    assert 2 == guarded(full, [])
    assert "Không còn chỗ trống" in capsys.readouterr().err
    assert [] == list((here.parent / "tmp").iterdir())


def test_a_right_that_is_missing_is_no_bug(here, capsys):
    """Whether it was to be read or written: the words fit both, and the mend names the file."""

    def denied():
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/srv/a b/out")

    assert 2 == guarded(denied, [])
    said = capsys.readouterr().err
    assert "/srv/a b/out: " in said
    assert "ls -ld '/srv/a b/out'" in said


@pytest.mark.parametrize(
    "argv", [("rules", "list"), ("rules", "list", "--json"), ("rules", "x", "--json")]
)
def test_stdout_that_is_full(tmp_path, environment_of, argv):
    """The same where stdout itself can't be written: no traceback, and no complaint of Python's."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "attt", "--lang=en", *argv],
            env=environment_of(tmp_path), cwd=tmp_path, stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip

    assert 2 == done.returncode
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("argv", [("rules", "list"), ("rules", "list", "--json")])
def test_a_reader_that_goes_away(tmp_path, environment_of, argv):
    """`attt … | head` is no finding and no error."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "attt", *argv],
        env=environment_of(tmp_path), cwd=tmp_path, stdout=write, stderr=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    os.close(write)

    assert (0, "") == (done.returncode, done.stderr)


def test_interrupt_before_anything_began(here, capsys):
    """130: also where there was nothing yet to keep."""

    def interrupted():
        raise KeyboardInterrupt

    assert 130 == guarded(interrupted, ["--json"])
    assert "" == capsys.readouterr().out


def test_nmap_is_missed_before_any_host_is_read(run, here, demo, monkeypatch):
    """Without nmap nothing begins: the error names the package, and no half run is kept."""
    (here / "bin").mkdir()
    monkeypatch.setenv("PATH", str(here / "bin"))
    said = run("audit", demo)
    runs = run("runs", "list", "--json")

    assert (2, "", []) == (said.code, said.out, runs.document)
    assert "nmap is not installed" in said.err
    assert "Install the package nmap, or leave the scan out with --no-scan." in said.err


def test_doctor_names_what_is_missing(run, here, monkeypatch):
    """`doctor` says which package brings nmap, and exits 4."""
    (here / "bin").mkdir()
    monkeypatch.setenv("PATH", str(here / "bin"))
    said = run("doctor")

    assert 4 == said.code
    assert "[!!] nmap" in said.out
    assert "apt-get install nmap" in said.out
    assert [here / "bin"] == list(here.iterdir())
