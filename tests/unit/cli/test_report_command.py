"""`attt report`: which kinds can be had in which formats, of what, where, and beside what."""

import csv
import io

import pytest

from attt.cli.report_files import put
from attt.cli.report_kinds import FORMATS, all_formats, pairs
from attt.errors import InputError, UsageError


@pytest.fixture
def kept(run, here):
    """Two runs of one cheap rule on this machine, in the folder of the test."""
    for _ in range(2):
        run("check", "local", "--rule", "file-cron", "--save")
    return here


def files(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("kind", FORMATS)
def test_a_kind_alone_gives_its_file_formats(kind):
    """Every format of the kind but the terminal's, which is asked for by name."""
    assert {(kind, f) for f in FORMATS[kind] if f != "text"} == set(pairs([kind]))


@pytest.mark.parametrize(
    ("formats", "kinds"),
    [
        ((), {"leader", "system"}),
        (("pdf",), {"leader", "system"}),
        (("html",), {"leader", "system"}),
        (("csv",), {"findings"}),
        (("text",), {"host"}),
    ],
)
def test_a_format_alone_finds_its_kinds(formats, kinds):
    """Without a kind: the usual ones that can be had so, else every kind that can."""
    made = pairs((), formats)

    assert kinds == {k for k, _ in made}
    assert not formats or set(formats) == {f for _, f in made}


def test_a_kind_that_cannot_be_had_so_says_how():
    """The error names the formats that the kind has."""
    with pytest.raises(UsageError, match="leader") as error:
        pairs(["leader", "findings"], ["csv"])

    assert "pdf, html" in str(error.value.hint)


def test_the_help_teaches_every_kind_and_format(run):
    """No kind and no format is missing from the help."""
    said = run("report", "--help").out

    assert [] == [word for word in (*FORMATS, *all_formats()) if word not in said]


def test_a_host_for_its_admin(run, kept):
    """One page a host, in Vietnamese unless `--lang` is given; its owner alone may read it."""
    said = run("report", "--kind", "host", "--out", "papers", lang=None)
    (page,) = (kept / "papers").iterdir()

    assert 0 == said.code
    assert str(page.name) in said.out
    assert 0o600 == page.stat().st_mode & 0o777
    assert '<html lang="vi">' in page.read_text(encoding="utf-8")
    run("report", "--host", "local", "--out", "english")
    assert '<html lang="en">' in next((kept / "english").iterdir()).read_text(encoding="utf-8")


def test_a_host_on_the_terminal(run, kept):
    """`--format text` shows what `check` shows, and writes nothing."""
    said = run("report", "--kind", "host", "--format", "text")

    assert 0 == said.code
    assert "(file-cron)" in said.out
    assert "1 rules: " in said.out
    assert "Since the run of" in said.out
    assert not (kept / "out").exists()


def test_lists_for_the_officer(run, kept):
    """A workbook and a CSV of the run's findings."""
    said = run("report", "--kind", "findings", "--out", "lists")
    text = next((kept / "lists").glob("*.csv")).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    assert 0 == said.code
    assert [".csv", ".xlsx"] == sorted(p.suffix for p in (kept / "lists").iterdir())
    assert {"file-cron"} == {row["Rule"] for row in rows}
    assert b"PK" == next((kept / "lists").glob("*.xlsx")).read_bytes()[:2]


def test_what_lies_there_is_kept(run, kept):
    """The same report again changes nothing; one that somebody has noted in stays as it is."""
    again = ("report", "--kind", "findings", "--format", "csv", "--out", "lists")
    run(*again)
    run(*again)
    (first,) = (kept / "lists").iterdir()
    first.write_text("noted by somebody")
    said = run(*again)
    second = first.with_name(f"{first.stem}-2.csv")

    assert [first.name, second.name] == sorted(files(kept / "lists"), key=len)
    assert "noted by somebody" == first.read_text()
    assert second.name in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "nobody"), "no host 'nobody'"),
        (("--system", "NONE"), "no system 'NONE'"),
        (("--kind", "host", "--format", "xlsx"), "can't be had as xlsx"),
        (("--against", "2020"), "2020"),
    ],
)
def test_what_the_run_does_not_hold_is_refused(run, kept, words, said):
    """A wrong name or a kind that can't be had so is wrong use, and nothing is written."""
    ended = run("report", *words)

    assert 2 == ended.code
    assert said in ended.err
    assert not (kept / "out").exists()


def test_compared_with_what(run, kept):
    """By default the run before; `none` compares with nothing."""
    text = ("report", "--kind", "host", "--format", "text")

    assert "Since the run of" in run(*text).out
    assert "Since the run of" not in run(*text, "--against", "none").out


def test_a_narrower_run_is_not_compared_with(run, kept):
    """A run of other rules is no run before, unless it is named."""
    run("check", "local", "--rule", "file-sshd-config", "--save")
    text = ("report", "--kind", "host", "--format", "text")
    first = run("runs", "list", "--json").document[-1]["run"]

    assert "Since the run of" not in run(*text).out
    assert "Since the run of" in run(*text, "--against", first).out


def test_a_file_that_could_not_be_finished_leaves_nothing(tmp_path):
    """A writer that fails leaves neither half a file nor a hidden one."""

    def fail(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="No space left"):
        put(tmp_path / "a.csv", fail)

    assert [] == files(tmp_path)
