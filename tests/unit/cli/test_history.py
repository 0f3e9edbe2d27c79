"""What is kept: runs, judging again, reports and who may read them."""

import re
import sqlite3

import pypdf
import pytest

from attt.report.words import VERDICTS


@pytest.fixture(scope="module")
def work(tmp_path_factory, start, demo):
    """A folder in which this machine was audited once, with papers; network scans left out."""
    folder = tmp_path_factory.mktemp("history") / "here"
    folder.mkdir()
    said = start("audit", demo, "--no-scan", cwd=folder)
    assert said.code in (0, 1, 4), said.err
    return folder, said


def test_an_audit_says_what_it_made(work):
    """Coverage, the system by its standard, the reports' paths, the run and the next step."""
    folder, said = work
    paths = sorted(str(path) for path in (folder / "out").iterdir())

    assert "Hosts declared 1, read 1" in said.out
    assert "(DEMO), level 3, TCVN 14423:2026" in said.out
    assert 4 == len(paths)
    assert all(path in said.out for path in paths)
    assert re.search(r"Run (\S+) is kept\. .*: attt runs show \1 --host may-nay", said.out)
    assert "\x1b" not in said.out + said.err


def test_only_the_owner_reads_what_is_kept(work):
    """Files 0600 in folders 0700: they hold the weak points of every host."""
    folder, _ = work
    modes = {
        path.relative_to(folder).parts[0]: path.stat().st_mode & 0o777
        for name in ("state", "out")
        for path in (folder / name).rglob("*")
    }

    assert {"state": 0o600, "out": 0o600} == modes
    assert (0o700, 0o700) == tuple(
        (folder / name).stat().st_mode & 0o777 for name in ("state", "out")
    )


def test_the_run_is_listed_and_shown(work, start):
    """`runs list` has one row a run; `runs show` finds it by `latest` and by its beginning."""
    folder, _ = work
    listed = start("runs", "list", cwd=folder)
    run_id = start("runs", "list", "--json", cwd=folder).document[0]["run"]
    latest = start("runs", "show", "latest", cwd=folder)
    by_prefix = start("runs", "show", run_id[:12], cwd=folder)
    host = start("runs", "show", run_id, "--host", "may-nay", lang="vi", cwd=folder)

    assert (0, 0, 0, 0) == (listed.code, latest.code, by_prefix.code, host.code)
    assert run_id in listed.out
    assert latest.out == by_prefix.out
    assert latest.out.startswith(f"Run {run_id}, begun ")
    assert VERDICTS["pass"].vi.upper() in host.out.upper()


def test_judging_again_gives_the_same_bytes(work, start):
    """Nothing changed, so nothing changes: `judge` says so, and its findings are the audit's."""
    folder, _ = work
    said = start("judge", "latest", cwd=folder)
    again = start("judge", "latest", "--json", cwd=folder)
    then = start("runs", "show", "latest", "--json", cwd=folder)

    assert 0 == said.code
    assert said.out.rstrip().endswith("The findings of all 1 hosts are the same, byte for byte.")
    assert then.out == again.out


def test_judging_as_of_another_day_counts_papers_then(work, start):
    """--as-of moves the day that papers are counted at, never what was observed."""
    folder, _ = work
    then = start("runs", "show", "--json", cwd=folder).document
    later = start("judge", "--as-of", "2031-01-01", "--json", cwd=folder).document

    assert then["hosts"] == later["hosts"]


def test_a_narrowed_run_is_judged_as_narrowly(run):
    """What --rule left out was not judged then, and is not now."""
    run("check", "local", "--rule", "sshd-max-auth-tries", "--rule", "file-cron", "--save")
    said, document = run("judge"), run("judge", "--json").document

    assert "are the same, byte for byte" in said.out
    assert {"sshd-max-auth-tries", "file-cron"} == {
        finding["rule"] for finding in document["hosts"][0]["findings"]
    }


def test_changed_rules_change_findings(run, here, own_pack):
    """`judge` by another rule says on which hosts the findings changed, and keeps the run as it was."""
    pack = own_pack(here)
    rule = pack / "own-rule.yaml"
    (here / "attt.toml").write_text('packs = ["own"]\n')
    run("check", "local", "--standard", "own-1", "--save")
    rule.write_text(rule.read_text().replace("root}", "somebody}"))
    said = run("judge")
    kept = run("runs", "show", "--json").document["hosts"][0]["findings"][0]["verdict"]
    judged = run("judge", "--json").document["hosts"][0]["findings"][0]["verdict"]

    assert ("pass", "fail") == (kept, judged)
    assert "The findings changed on: local" in said.out


@pytest.mark.parametrize("command", ["runs show", "judge", "report"])
def test_a_pack_that_is_gone_is_missed_by_name(run, here, own_pack, command):
    """A run made with rules that are not at hand is no crash: the error names them and the mend."""
    own_pack(here)
    (here / "attt.toml").write_text('packs = ["own"]\n')
    run("check", "local", "--standard", "own-1", "--save")
    (here / "attt.toml").unlink()
    said = run(*command.split(), "latest")

    assert 2 == said.code
    assert "own-1" in said.err
    assert "packs in attt.toml" in said.err


def test_the_leaders_sheet_is_one_page_of_vietnamese(work, start, tmp_path, pdf_text):
    """`report --kind leader --format pdf` writes exactly that, whatever the screen's language."""
    folder, _ = work
    out = tmp_path / "papers"
    said = start(
        "report", "latest", "--kind", "leader", "--format", "pdf", "--out", out, cwd=folder
    )
    files = list(out.iterdir())

    assert (0, 1) == (said.code, len(files)), said.err
    assert str(files[0]) in said.out
    assert (0o600, 0o700) == (files[0].stat().st_mode & 0o777, out.stat().st_mode & 0o777)
    assert 1 == len(pypdf.PdfReader(files[0]).pages)
    text = pdf_text(files[0])
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "an ninh mạng" in text.casefold()
    assert "TCVN 14423:2026" in text


def test_reports_say_what_the_run_found(work, pdf_text):
    """The system's PDF and HTML name the system, its level and every failing rule."""
    folder, said = work
    html = next((folder / "out").glob("system-DEMO-*.html")).read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", pdf_text(next((folder / "out").glob("system-DEMO-*.pdf"))))
    failing = re.findall(r"^(?:High|Medium|Low|Critical)\s+\d+\s+(\S+)", said.out, re.MULTILINE)

    assert "Hệ thống thông tin minh họa" in html
    assert "Hệ thống thông tin minh họa" in text
    assert [] == [rule for rule in failing if rule not in html]


@pytest.mark.parametrize("kind", ["a file", "a folder in the way"])
def test_reports_that_cannot_be_written(work, start, tmp_path, kind):
    """Where a report can't be put is an input error with the path and the mend."""
    folder, _ = work
    run_id = start("runs", "list", "--json", cwd=folder).document[0]["run"]
    out = tmp_path / "out"
    if kind == "a file":
        out.write_text("x")
    else:
        (out / f"leader-{run_id}.html").mkdir(parents=True)
    said = start("report", "--kind", "leader", "--format", "html", "--out", out, cwd=folder)

    assert (2, "") == (said.code, said.out)
    assert said.err.splitlines()[-2].startswith(f"Error: {out}")
    assert "--out" in said.err.splitlines()[-1]


def test_a_store_that_others_can_read_is_refused(run, here):
    """An opened store is not used silently; its owner is told what to type."""
    run("check", "local", "--rule", "file-cron", "--save")
    (here / "state" / "attt.db").chmod(0o644)
    said = run("runs", "list")

    assert 2 == said.code
    assert "chmod 600" in said.err


@pytest.mark.parametrize("content", [b"not a database at all\n" * 100, None])
def test_another_file_in_the_stores_place(run, here, content):
    """A damaged or foreign file is refused and left as it is."""
    path = here / "state" / "attt.db"
    path.parent.mkdir(mode=0o700)
    if content is None:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE somebody (a TEXT)")
        other.close()
    else:
        path.write_bytes(content)
    path.chmod(0o600)
    before = path.read_bytes()
    said = run("check", "local", "--rule", "file-cron", "--save")

    assert (2, before) == (said.code, path.read_bytes())
    assert str(path) in said.err
    assert "Traceback" not in said.err


def test_check_keeps_nothing_unless_told(run, here):
    """Without --save a check leaves no file."""
    run("check", "local", "--rule", "file-cron")

    assert [] == list(here.iterdir())


def test_judging_by_another_standard(run, here, own_pack):
    """The kept answers serve every standard; those that it does not ask for are left aside."""
    own_pack(here)
    (here / "attt.toml").write_text('packs = ["own"]\n')
    run("check", "local", "--rule", "file-account-database", "--save")
    said = run("judge", "--standard", "own-1", "--json")
    kept = run("runs", "show", "--json").document

    assert 0 == said.code, said.err
    assert ["own-1"] == said.document["standards"]
    assert [] == said.document["hosts"][0]["findings"]
    assert "file-account-database" == kept["hosts"][0]["findings"][0]["rule"]
    full = run("check", "local", "--save", "--json")
    again = run("judge", "--standard", "own-1", "--json")

    assert len(full.document["findings"]) >= 16
    assert [("own-rule", "unknown")] == [
        (f["rule"], f["verdict"]) for f in again.document["hosts"][0]["findings"]
    ]
